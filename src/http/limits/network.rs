//! Addresses as they are counted, and ranges of them.

use std::net::{IpAddr, Ipv6Addr};

/// Whom requests are counted against: one IPv4 address, or one /64 of IPv6, which is what a single customer of a provider
/// has to themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(u128);

impl Network {
    pub fn of(address: IpAddr) -> Self {
        Self(match plain(address) {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
            IpAddr::V6(v6) => v6.to_bits() & !u128::from(u64::MAX),
        })
    }

    pub fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The wider neighbourhood, /16 or /32: what is counted while there are too many to count each.
    pub fn neighbourhood(self) -> Self {
        let is_v4 = Ipv6Addr::from_bits(self.0).to_ipv4_mapped().is_some();
        Self(if is_v4 { self.0 & !0xffff } else { self.0 & !(u128::MAX >> 32) })
    }
}

/// An IPv4 address that came over an IPv6 socket is an IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Ranges such as `10.0.0.0/8`, or single addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpAddr, u8)>);

impl Networks {
    /// Separated by commas. `Err`: the part that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| range(part).ok_or_else(|| part.to_owned())).collect::<Result<_, _>>().map(Self)
    }

    pub fn contain(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.0.iter().any(|(network, bits)| match (network, address) {
            (IpAddr::V4(network), IpAddr::V4(v4)) => same(network.to_bits().into(), v4.to_bits().into(), 32 - bits),
            (IpAddr::V6(network), IpAddr::V6(v6)) => same(network.to_bits(), v6.to_bits(), 128 - bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        })
    }
}

fn range(part: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match part.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (part, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    Some((address, bits.unwrap_or(all))).filter(|(_, bits)| *bits <= all)
}

/// Whether two addresses differ at most in their last bits.
fn same(one: u128, other: u128, last_bits: u8) -> bool {
    (one ^ other).checked_shr(last_bits.into()).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_customer_of_a_provider_is_one_network() {
        assert_eq!(Network::of(ip("2001:db8:1:2::1")), Network::of(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(Network::of(ip("2001:db8:1:2::1")), Network::of(ip("2001:db8:1:3::1")));
        assert_eq!(Network::of(ip("192.0.2.1")), Network::of(ip("::ffff:192.0.2.1")));
        assert_ne!(Network::of(ip("192.0.2.1")), Network::of(ip("192.0.2.2")));
    }

    #[test]
    fn neighbours_are_counted_together_when_it_is_crowded() {
        let of = |text| Network::of(ip(text)).neighbourhood();
        assert_eq!(of("192.0.2.1"), of("192.0.255.255"));
        assert_ne!(of("192.0.2.1"), of("192.1.2.1"));
        assert_eq!(of("2001:db8:1::1"), of("2001:db8:ffff::1"));
        assert_ne!(of("2001:db8::1"), of("2001:db9::1"));
    }

    #[test]
    fn ranges_are_read_and_contain_what_they_should() {
        let ranges = Networks::parse("10.0.0.0/8, 192.0.2.7 ,2001:db8::/32,").expect("good");
        for inside in ["10.255.0.1", "192.0.2.7", "2001:db8:ffff::1", "::ffff:10.1.1.1"] {
            assert!(ranges.contain(ip(inside)), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "2001:db9::1"] {
            assert!(!ranges.contain(ip(outside)), "{outside}");
        }
        assert!(Networks::parse("0.0.0.0/0").expect("good").contain(ip("203.0.113.9")));
        assert!(!Networks::parse("").expect("good").contain(ip("127.0.0.1")));
        for wrong in ["10.0.0.0/33", "10.0.0", "localhost", "::/129", "10.0.0.0/x"] {
            assert_eq!(Networks::parse(wrong), Err(wrong.to_owned()));
        }
    }
}

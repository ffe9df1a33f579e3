//! The address a request really comes from: the other end of the connection, or, where that is a proxy of ours, whom the
//! proxy names.
//!
//! Only what a trusted proxy has added is believed: anybody can send such a header along.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, X_FORWARDED_FOR};

use super::Networks;

/// Whose word counts for the address of a caller, and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    pub trusted: Networks,
    pub header: ProxyHeader,
}

/// The one header that the proxies write. The other is the client's own, and says what it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

/// `None`: the connection has no address, as in tests without a socket.
pub fn client(request: &HttpRequest, proxies: &Proxies) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !proxies.trusted.contain(peer) {
        return Some(peer);
    }
    Some(behind(peer, request.headers(), proxies))
}

/// From the last hop to the first, for as long as each is one of ours. A hop that cannot be read hides all before it.
fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let mut address = peer;
    let is_forwarded = proxies.header == ProxyHeader::Forwarded;
    let lines: Vec<_> = headers.get_all(if is_forwarded { FORWARDED } else { X_FORWARDED_FOR }).collect();
    let hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or("unknown").rsplit(','));
    for hop in hops {
        let hop = if is_forwarded { forwarded_for(hop) } else { Some(hop.trim()) };
        let Some(before) = hop.and_then(address_of) else { break };
        address = before;
        if !proxies.trusted.contain(address) {
            break;
        }
    }
    address
}

/// `for=192.0.2.60;proto=https` -> `192.0.2.60` (RFC 7239).
fn forwarded_for(hop: &str) -> Option<&str> {
    let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let named = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    named.map(|(_, value)| value.trim().trim_matches('"'))
}

/// With or without a port, and with or without the brackets of IPv6.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn client_of(peer: &str, headers: &[(&str, &str)]) -> String {
        let is_forwarded = headers.iter().any(|(name, _)| *name == "Forwarded");
        let header = if is_forwarded { ProxyHeader::Forwarded } else { ProxyHeader::XForwardedFor };
        client_by(header, peer, headers)
    }

    fn client_by(header: ProxyHeader, peer: &str, headers: &[(&str, &str)]) -> String {
        let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().expect("an address"), 1));
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        let trusted = Networks::parse("10.0.0.0/8").expect("good");
        client(&request.to_http_request(), &Proxies { trusted, header }).expect("it has an address").to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client_of("192.0.2.1", &[("X-Forwarded-For", "203.0.113.9")]), "192.0.2.1");
        assert_eq!(client_of("192.0.2.1", &[("Forwarded", "for=203.0.113.9")]), "192.0.2.1");
    }

    #[test]
    fn what_a_proxy_of_ours_has_added_is_believed_and_nothing_before_it() {
        assert_eq!(client_of("10.0.0.1", &[("X-Forwarded-For", "203.0.113.9")]), "203.0.113.9");
        assert_eq!(client_of("10.0.0.1", &[("X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.0.0.2")]), "203.0.113.9");
        let two_lines = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.9")];
        assert_eq!(client_of("10.0.0.1", &two_lines), "203.0.113.9");
        assert_eq!(client_of("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_header_that_the_proxies_do_not_write_is_the_clients_own() {
        let both = [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=198.51.100.1")];
        assert_eq!(client_by(ProxyHeader::XForwardedFor, "10.0.0.1", &both), "203.0.113.9");
        assert_eq!(client_by(ProxyHeader::Forwarded, "10.0.0.1", &both), "198.51.100.1");
        assert_eq!(client_by(ProxyHeader::XForwardedFor, "10.0.0.1", &both[1..]), "10.0.0.1");
    }

    #[test]
    fn both_headers_are_read_in_all_their_spellings() {
        for value in ["for=203.0.113.9", "proto=https;For=\"203.0.113.9:4711\"", "for=198.51.100.1, for=203.0.113.9"] {
            assert_eq!(client_of("10.0.0.1", &[("Forwarded", value)]), "203.0.113.9", "{value}");
        }
        assert_eq!(client_of("10.0.0.1", &[("Forwarded", "for=\"[2001:db8::1]:80\"")]), "2001:db8::1");
        assert_eq!(client_of("10.0.0.1", &[("X-Forwarded-For", "2001:db8::1")]), "2001:db8::1");
    }

    #[test]
    fn a_hop_that_hides_is_counted_as_the_proxy() {
        for value in ["for=unknown", "for=_hidden", "nonsense", "for=203.0.113.9, for=unknown"] {
            assert_eq!(client_of("10.0.0.1", &[("Forwarded", value)]), "10.0.0.1", "{value}");
        }
    }
}

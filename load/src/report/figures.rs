//! Numbers as people read them: three digits, and a unit.

/// Of microseconds: `840 us`, `3.21 ms`, `1.50 s`.
pub fn duration(micros: u64) -> String {
    let micros = micros as f64;
    if micros < 1_000.0 {
        format!("{micros:.0} us")
    } else if micros < 1_000_000.0 {
        format!("{} ms", three_digits(micros / 1_000.0))
    } else {
        format!("{} s", three_digits(micros / 1_000_000.0))
    }
}

/// Of something a second: `950`, `12.3 k`, `1.20 M`.
pub fn rate(per_second: f64) -> String {
    if per_second < 1_000.0 {
        three_digits(per_second)
    } else if per_second < 1_000_000.0 {
        format!("{} k", three_digits(per_second / 1_000.0))
    } else {
        format!("{} M", three_digits(per_second / 1_000_000.0))
    }
}

fn three_digits(value: f64) -> String {
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        assert_eq!(duration(840), "840 us");
        assert_eq!(duration(3_214), "3.21 ms");
        assert_eq!(duration(1_500_000), "1.50 s");
        assert_eq!(rate(950.4), "950");
        assert_eq!(rate(12_345.0), "12.3 k");
    }
}

//! Stripe's own words, made fit for log lines and events: without anything that looks like a key, and not without end.

const CHARACTERS_MAX: usize = 300;
/// How Stripe's secrets begin; its messages repeat parts of them.
const SECRETS: &[&str] = &["sk_", "rk_", "whsec_"];

pub fn shown(text: &str) -> String {
    let hidden = |word: &str| SECRETS.iter().any(|secret| word.contains(secret));
    let words = text.split_inclusive(char::is_whitespace).map(|word| if hidden(word) { "[hidden] " } else { word });
    let shown: String = words.flat_map(str::chars).take(CHARACTERS_MAX).collect();
    shown.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_words_stay_as_they_are() {
        assert_eq!(shown("Your card was declined."), "Your card was declined.");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn what_looks_like_a_key_is_hidden() {
        let text = "The provided key 'rk_live_*****99' may not: sk_test_1,sk_test_2 (whsec_3)";
        assert_eq!(shown(text), "The provided key [hidden] may not: [hidden] [hidden]");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(shown(&"é".repeat(1_000)).chars().count(), CHARACTERS_MAX);
    }
}

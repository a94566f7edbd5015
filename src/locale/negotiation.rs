//! The header `Accept-Language` (RFC 9110, section 12.5.4) by lookup (RFC 4647, section 3.4).

use super::Locale;

/// How many language ranges of a request are read. Browsers send fewer than ten.
const MAX_RANGES: usize = 50;

/// The weight of a range without one, in thousandths.
const FULL_WEIGHT: u16 = 1_000;

/// Returns the language that fits a request best: that of the range with the highest weight, whose subtags are removed
/// from the end until a language has the rest as its tag. `*` stands for the default. A range with the weight 0 excludes
/// its language; `default` is the answer when nothing else is left.
pub fn negotiate<'a>(headers: impl IntoIterator<Item = &'a str>, default: Locale) -> Locale {
    let ranges =
        headers.into_iter().flat_map(|header| header.split(',')).map(str::trim).filter(|text| !text.is_empty());
    let mut ranges: Vec<(&str, u16)> = ranges.take(MAX_RANGES).filter_map(weighted).collect();
    // Stable: ranges of one weight stay in the order of the header.
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let is_excluded = |locale: Locale| {
        ranges.iter().any(|(range, weight)| *weight == 0 && range.eq_ignore_ascii_case(locale.as_str()))
    };
    let mut wanted = ranges.iter().filter(|(_, weight)| *weight > 0);
    let found = wanted.find_map(|(range, _)| match *range {
        "*" => Locale::default_first(default).find(|locale| !is_excluded(*locale)),
        range => lookup(range).filter(|locale| !is_excluded(*locale)),
    });
    found.unwrap_or(default)
}

/// Returns a language range and its weight in thousandths; `None` if they are malformed.
fn weighted(text: &str) -> Option<(&str, u16)> {
    let Some((range, parameter)) = text.split_once(';') else { return Some((text, FULL_WEIGHT)) };
    let weight = parameter.trim().strip_prefix(['q', 'Q'])?.strip_prefix('=')?;
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    let weight = match whole {
        "0" => fraction,
        "1" if fraction == 0 => FULL_WEIGHT,
        _ => return None,
    };
    Some((range.trim_end(), weight))
}

/// Returns the language of a range, whose subtags are removed from the end until one fits. A single letter or digit
/// begins an extension and is removed with it; as the tags of all languages here are their first subtags, that makes no
/// difference.
fn lookup(range: &str) -> Option<Locale> {
    let language = range.split('-').next().unwrap_or(range);
    let is_well_formed = range
        .split('-')
        .all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    Locale::from_tag(&language.to_ascii_lowercase()).filter(|_| is_well_formed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chosen(header: &str) -> &'static str {
        negotiate([header], Locale::En).as_str()
    }

    #[test]
    fn the_range_with_the_highest_weight_that_fits_decides() {
        for (header, expected) in [
            ("", "en"),
            ("fr", "fr"),
            ("fr-CA", "fr"),
            ("FR-ca-x-private", "fr"),
            ("de, th;q=0.5", "th"),
            ("de;q=1.0,ro;q=0.8,ar;q=0.9", "ar"),
            ("ro;q=0.7, fr;q=0.7", "ro"),
            ("fr ; Q=0.001", "fr"),
            ("ar;q=0", "en"),
            ("*", "en"),
            ("en;q=0, *", "fr"),
            ("en;q=0", "en"),
            ("de, *;q=0.1, th;q=0.05", "en"),
            ("fra, frr", "en"),
            ("fr;q=2, fr;q=0.1234, fr;q=, fr;x=1, fr_CA, fr-, -fr", "en"),
        ] {
            assert_eq!(chosen(header), expected, "{header:?}");
        }
    }

    #[test]
    fn several_headers_are_one_list_and_the_default_is_that_of_the_server() {
        assert_eq!(negotiate(["de", "th"], Locale::En), Locale::Th);
        assert_eq!(negotiate(["de"], Locale::Ro), Locale::Ro);
        assert_eq!(negotiate(["*"], Locale::Ro), Locale::Ro);
    }

    #[test]
    fn ranges_beyond_the_limit_are_not_read() {
        let many = format!("{}fr", "xx,".repeat(MAX_RANGES));
        assert_eq!(chosen(&many), "en");
    }

    proptest! {
        #[test]
        fn every_header_has_an_answer(header in ".*") {
            chosen(&header);
        }

        #[test]
        fn the_language_with_the_highest_weight_wins(
            weights in proptest::collection::vec(1_u16..=1_000, Locale::ALL.len()),
            region in "(-[A-Z]{2})?",
        ) {
            let ranges = Locale::ALL.iter().zip(&weights).map(|(locale, weight)| {
                format!("{}{region};q={}.{:03}", locale.as_str(), weight / 1_000, weight % 1_000)
            });
            let header = ranges.collect::<Vec<_>>().join(", ");
            let highest = weights.iter().max().expect("there are languages");
            let expected = Locale::ALL.iter().zip(&weights).find(|(_, weight)| *weight == highest);
            prop_assert_eq!(Some(chosen(&header)), expected.map(|(locale, _)| locale.as_str()), "{}", header);
        }

        #[test]
        fn only_excluded_languages_are_never_chosen(excluded in 0..Locale::ALL.len(), spaces in " {0,3}") {
            let locale = Locale::ALL[excluded].as_str();
            prop_assert_ne!(chosen(&format!("{locale}{spaces};q=0{spaces},{spaces}*")), locale);
        }
    }
}

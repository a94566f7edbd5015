//! The domains of email addresses that may register.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;

/// The longest list, which clients show as a whole.
pub const MAX_DOMAINS: usize = 100;

/// A domain, or all of its subdomains without the domain itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EmailDomain {
    /// In the form of [`canonical_domain`].
    name: String,
    has_wildcard: bool,
}

impl EmailDomain {
    fn admits(&self, domain: &str) -> bool {
        if !self.has_wildcard {
            return domain == self.name;
        }
        domain.strip_suffix(&self.name).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
    }
}

impl FromStr for EmailDomain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (domain, has_wildcard) = text.strip_prefix("*.").map_or((text, false), |below| (below, true));
        match canonical_domain(domain) {
            // No address has a domain of one label, but all addresses of a top-level domain can be allowed.
            Some(name) if has_wildcard || name.contains('.') => Ok(Self { name, has_wildcard }),
            _ => Err(format!("{text:?} is not a domain like campus.example or *.campus.example")),
        }
    }
}

impl Display for EmailDomain {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.has_wildcard { "*." } else { "" }, self.name)
    }
}

/// The domains of email addresses that may register; every domain if there are none. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct EmailDomains(Arc<[EmailDomain]>);

impl EmailDomains {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether an address with this domain, in the form of [`canonical_domain`], may register.
    #[must_use]
    pub fn admit(&self, domain: &str) -> bool {
        self.is_empty() || self.0.iter().any(|allowed| allowed.admits(domain))
    }

    /// Returns the domains as clients and operators read them.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(EmailDomain::to_string)
    }
}

impl FromStr for EmailDomains {
    type Err = String;

    /// Parses a list that is separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let domains = text.split(',').filter(|domain| !domain.trim().is_empty());
        let domains = domains.map(str::parse).collect::<Result<Arc<[EmailDomain]>, String>>()?;
        if domains.len() > MAX_DOMAINS {
            return Err(format!("must have at most {MAX_DOMAINS} domains"));
        }
        Ok(Self(domains))
    }
}

/// Returns a domain in lower-case ASCII without a trailing dot, with the labels of international domains as in IDNA;
/// `None` if it is malformed, or an IP address.
#[must_use]
pub fn canonical_domain(domain: &str) -> Option<String> {
    // The parser would decode percent signs, which are no part of a domain.
    let url::Host::Domain(parsed) = url::Host::parse(domain).ok().filter(|_| !domain.contains('%'))? else {
        return None;
    };
    let name = parsed.strip_suffix('.').unwrap_or(&parsed);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.split('.').all(is_label).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_shown_in_its_canonical_form() {
        let domains: EmailDomains = " Campus.Example., *.BÜCHER.example,,*.edu".parse().expect("a list");
        assert_eq!(
            domains.names().collect::<Vec<_>>(),
            ["campus.example", "*.xn--bcher-kva.example", "*.edu"],
            "without empty entries"
        );
        assert!("".parse::<EmailDomains>().is_ok_and(|none| none.is_empty() && none.admit("any.example")));
    }

    #[test]
    fn a_domain_that_no_address_can_have_is_rejected() {
        for text in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "*",
            "*.",
            "*campus.example",
            "a.*.example",
            "*.*.example",
            "@campus.example",
            "jane@campus.example",
            "campus..example",
            "campus.example..",
            "-campus.example",
            "cam%70us.example",
            "campus example",
            "https://campus.example",
        ] {
            assert!(text.parse::<EmailDomains>().is_err(), "{text:?}");
        }
        let many = |count: usize| vec!["campus.example"; count].join(",");
        assert!(many(100).parse::<EmailDomains>().is_ok() && many(101).parse::<EmailDomains>().is_err());
    }

    #[test]
    fn a_domain_is_compared_as_a_whole() {
        let domains: EmailDomains = "campus.example,*.uni.example".parse().expect("a list");
        for domain in ["campus.example", "cs.uni.example", "a.b.uni.example"] {
            assert!(domains.admit(domain), "{domain}");
        }
        for domain in [
            "uni.example",
            ".uni.example",
            "notcampus.example",
            "x.campus.example",
            "xuni.example",
            "campus.example.test",
            "uni.example.test",
            "xn--cmpus-4nf.example",
        ] {
            assert!(!domains.admit(domain), "{domain}");
        }
    }
}

//! Links to profiles on other sites. Each is validated to lead to its site.

use url::{Host, Url};

use super::SocialLinks;
use crate::error::{Code, Problem, Problems};
use crate::profiles::{Change, apply_change};
use crate::sentences::{Sentence, Value, say};
use crate::text::{Lines, check_text, trim_invisible};

const MAX_DESCRIPTION_LENGTH: usize = 2_000;

/// In bytes.
const MAX_URL_LENGTH: usize = 2_000;

/// Changes to a user's links.
#[derive(Clone, Debug, Default)]
pub struct LinksChange {
    pub linkedin: Change<String>,
    pub facebook: Change<String>,
    pub github: Change<String>,
    pub instagram: Change<String>,
    pub twitter: Change<String>,
    pub youtube: Change<String>,
    pub website: Change<String>,
    pub description: Change<String>,
}

impl LinksChange {
    /// Applies the changes to `links`, and adds the invalid ones to `problems`.
    pub fn apply_to(self, links: &mut SocialLinks, problems: &mut Problems) {
        for (field, hosts, change, link) in [
            ("linkedin", &["linkedin.com"][..], self.linkedin, &mut links.linkedin),
            ("facebook", &["facebook.com", "fb.com"], self.facebook, &mut links.facebook),
            ("github", &["github.com"], self.github, &mut links.github),
            ("instagram", &["instagram.com"], self.instagram, &mut links.instagram),
            ("twitter", &["twitter.com", "x.com"], self.twitter, &mut links.twitter),
            ("youtube", &["youtube.com", "youtu.be"], self.youtube, &mut links.youtube),
            ("website", &[], self.website, &mut links.website),
        ] {
            let checked = |text: String| problems.check(check_link(field, &text, hosts));
            apply_change(link, change.map(|new| new.and_then(checked)));
        }
        let checked =
            |text: String| problems.check(check_text("description", &text, 1, MAX_DESCRIPTION_LENGTH, Lines::Many));
        apply_change(&mut links.description, self.description.map(|new| new.and_then(checked)));
    }
}

/// Checks that a link uses https and leads to one of `hosts` or a subdomain. An empty list allows every host.
pub fn check_link(field: &'static str, text: &str, hosts: &[&'static str]) -> Result<String, Problem> {
    let invalid = |message: Sentence| Problem::member(field, Code::Invalid, message);
    // What is pasted along with a URL.
    let text = trim_invisible(text);
    let url = parse_url(text).filter(|url| url.scheme() == "https").ok_or_else(|| invalid(say::UrlMalformed.into()))?;
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        _ => "",
    };
    let is_at = |site: &&str| host.strip_suffix(*site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    match hosts {
        [] => Ok(url.into()),
        hosts if hosts.iter().any(is_at) => Ok(url.into()),
        [host] => Err(invalid(say::UrlOfOtherSite { host: Value::text(*host) }.into())),
        [hosts @ .., other] => {
            let (host, other) = (Value::text(hosts.join(", ")), Value::text(*other));
            Err(invalid(say::UrlOfOtherSites { host, other }.into()))
        }
    }
}

/// Parses a URL strictly. `Url::parse` also accepts surrounding spaces, line breaks, `\` for `/`, and a single slash.
fn parse_url(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_allowed = |c: char| !(c.is_whitespace() || c.is_control() || c == '\\');
    if !is_web || text.len() > MAX_URL_LENGTH || rest.starts_with('/') || !rest.chars().all(is_allowed) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_its_site_or_a_subdomain() {
        let is_valid = |url: &str, hosts: &[&'static str]| check_link("link", url, hosts).is_ok();
        for url in ["https://linkedin.com/in/ada", "https://www.linkedin.com/in/ada", "https://de.LinkedIn.com/"] {
            assert!(is_valid(url, &["linkedin.com"]), "{url}");
        }
        for url in [
            "http://linkedin.com/in/ada",
            "https://notlinkedin.com/",
            "https://linkedin.com.evil.example/",
            "https://evil.example/linkedin.com",
            "https://evil.example/?linkedin.com",
            "https://linkedin.com./",
            "https://127.0.0.1/",
        ] {
            assert!(!is_valid(url, &["linkedin.com"]), "{url}");
        }
        assert!(is_valid("https://ada.example/", &[]));
        let pasted = check_link("link", " \u{200B}https://ada.example/\n", &[]);
        assert_eq!(pasted.as_deref(), Ok("https://ada.example/"));
        assert!(!is_valid("http://ada.example/", &[]));
    }
    #[test]
    fn a_url_is_absolute_and_http() {
        let read = |text| parse_url(text).map(String::from);
        assert_eq!(read("https://Campus.example/a?b#c").as_deref(), Some("https://campus.example/a?b#c"));
        assert_eq!(read("HTTP://localhost:8000").as_deref(), Some("http://localhost:8000/"));
        let long = format!("https://campus.example/{}", "x".repeat(MAX_URL_LENGTH));
        for text in [
            "",
            "campus.example",
            "//campus.example",
            "/media/x",
            "javascript://campus.example/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://campus.example",
            "https://",
            "https:///campus.example",
            "https:campus.example",
            "https://a@campus.example",
            "https://a:b@campus.example",
            "https://campus.example\\@evil.example",
            " https://campus.example",
            "https://campus.example/\n",
            "https://campus.example/a b",
            "https://[::1",
            "https://campus.example:99999",
            &long,
        ] {
            assert_eq!(read(text), None, "{text} was accepted");
        }
    }
}

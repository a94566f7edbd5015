//! Links to profiles on other sites. Each is validated to lead to its site.

use url::{Host, Url};

use super::SocialLinks;
use crate::error::{Code, Problem, Problems};
use crate::profiles::{Change, apply_change};
use crate::text::{Lines, check_text};

const MAX_DESCRIPTION_LENGTH: usize = 2_000;

/// Changes to a user's links.
#[derive(Clone, Debug, Default)]
pub struct LinksChange {
    pub linkedin: Change<Url>,
    pub facebook: Change<Url>,
    pub github: Change<Url>,
    pub instagram: Change<Url>,
    pub twitter: Change<Url>,
    pub youtube: Change<Url>,
    pub website: Change<Url>,
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
            let checked = |url| problems.check(check_link(field, &url, hosts).map(|()| url.into()));
            apply_change(link, change.map(|new| new.and_then(checked)));
        }
        let checked =
            |text: String| problems.check(check_text("description", &text, 1, MAX_DESCRIPTION_LENGTH, Lines::Many));
        apply_change(&mut links.description, self.description.map(|new| new.and_then(checked)));
    }
}

/// Checks that a link uses https and leads to one of `hosts` or a subdomain. An empty list allows every host.
fn check_link(field: &'static str, url: &Url, hosts: &[&str]) -> Result<(), Problem> {
    if url.scheme() != "https" {
        return Err(Problem::member(field, Code::Invalid, "The URL must start with https."));
    }
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        _ => "",
    };
    let is_at = |site: &&str| host.strip_suffix(*site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if hosts.is_empty() || hosts.iter().any(is_at) {
        return Ok(());
    }
    Err(Problem::member(field, Code::Invalid, format!("The URL must lead to {}.", hosts.join(" or "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_its_site_or_a_subdomain() {
        let is_valid = |url: &str, hosts: &[&str]| check_link("link", &Url::parse(url).unwrap(), hosts).is_ok();
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
        assert!(!is_valid("http://ada.example/", &[]));
    }
}

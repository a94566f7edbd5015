//! Links to other places, checked so that they lead where they say.

use url::{Host, Url};

use super::SocialLinks;
use crate::error::{Code, Problem, Problems};
use crate::profiles::{Change, apply};
use crate::text::{Lines, check_text};

const LONGEST_DESCRIPTION: usize = 2_000;

/// What to change about somebody's links.
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
    /// Changes links, and notes what is wrong with the new ones.
    pub fn apply_to(self, links: &mut SocialLinks, problems: &mut Problems) {
        for (member, hosts, change, link) in [
            ("linkedin", &["linkedin.com"][..], self.linkedin, &mut links.linkedin),
            ("facebook", &["facebook.com", "fb.com"], self.facebook, &mut links.facebook),
            ("github", &["github.com"], self.github, &mut links.github),
            ("instagram", &["instagram.com"], self.instagram, &mut links.instagram),
            ("twitter", &["twitter.com", "x.com"], self.twitter, &mut links.twitter),
            ("youtube", &["youtube.com", "youtu.be"], self.youtube, &mut links.youtube),
            ("website", &[], self.website, &mut links.website),
        ] {
            let checked = |url| problems.check(check_link(member, &url, hosts).map(|()| url.into()));
            apply(link, change.map(|new| new.and_then(checked)));
        }
        let checked =
            |text: String| problems.check(check_text("description", &text, 1, LONGEST_DESCRIPTION, Lines::Many));
        apply(&mut links.description, self.description.map(|new| new.and_then(checked)));
    }
}

/// Checks that a link is encrypted and leads to one of these hosts or below; to any host where none is named.
fn check_link(member: &'static str, url: &Url, hosts: &[&str]) -> Result<(), Problem> {
    if url.scheme() != "https" {
        return Err(Problem::member(member, Code::Invalid, "The address must begin with https."));
    }
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        _ => "",
    };
    let is_below =
        |parent: &&str| host.strip_suffix(*parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if hosts.is_empty() || hosts.iter().any(is_below) {
        return Ok(());
    }
    Err(Problem::member(member, Code::Invalid, format!("The address must lead to {}.", hosts.join(" or "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_where_it_says() {
        let is_right = |url: &str, hosts: &[&str]| check_link("link", &Url::parse(url).unwrap(), hosts).is_ok();
        for url in ["https://linkedin.com/in/ada", "https://www.linkedin.com/in/ada", "https://de.LinkedIn.com/"] {
            assert!(is_right(url, &["linkedin.com"]), "{url}");
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
            assert!(!is_right(url, &["linkedin.com"]), "{url}");
        }
        assert!(is_right("https://ada.example/", &[]));
        assert!(!is_right("http://ada.example/", &[]));
    }
}

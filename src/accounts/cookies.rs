//! The two cookies: a session's secret, and the mark of a device that has signed in before.

use std::time::Duration;

use crate::config::Config;

const DEVICE_LIFETIME: Duration = Duration::from_hours(8760);

/// Where cookies go, and whether they would be kept secret on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// https: the `__Host-` names, which no other host of the domain can set.
    Secure,
    /// Plain http on this machine, or where the operator allows it.
    Plain,
    /// Plain http elsewhere: no cookies.
    None,
}

fn reach(config: &Config) -> Reach {
    if config.public_url().scheme() == "https" {
        Reach::Secure
    } else if config.is_loopback() || config.allow_insecure_cookies {
        Reach::Plain
    } else {
        Reach::None
    }
}

/// Returns the name of the session cookie; `None` where cookies are refused.
pub fn session_name(config: &Config) -> Option<&'static str> {
    match reach(config) {
        Reach::Secure => Some("__Host-studyhall"),
        Reach::Plain => Some("studyhall"),
        Reach::None => None,
    }
}

/// Returns the name of the device cookie; `None` where cookies are refused.
pub fn device_name(config: &Config) -> Option<&'static str> {
    match reach(config) {
        Reach::Secure => Some("__Host-studyhall-device"),
        Reach::Plain => Some("studyhall-device"),
        Reach::None => None,
    }
}

/// Returns the header that gives a session cookie for so long.
pub fn session(config: &Config, secret: &str, lifetime: Duration) -> Option<String> {
    session_name(config).map(|name| header(config, name, secret, lifetime))
}

/// Returns the header that takes the session cookie back.
pub fn end_session(config: &Config) -> Option<String> {
    session(config, "", Duration::ZERO)
}

/// Returns the header that marks a device.
pub fn device(config: &Config, secret: &str) -> Option<String> {
    device_name(config).map(|name| header(config, name, secret, DEVICE_LIFETIME))
}

fn header(config: &Config, name: &str, value: &str, lifetime: Duration) -> String {
    let secure = if reach(config) == Reach::Secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", lifetime.as_secs())
}

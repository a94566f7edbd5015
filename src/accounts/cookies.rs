//! The two cookies: the secret of a session, and the secret that identifies a device that has signed in before.

use std::borrow::Cow;
use std::time::Duration;

use crate::config::Config;

const DEVICE_LIFETIME: Duration = Duration::from_hours(8760);

/// Whether cookies can be set, and whether they have the `Secure` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CookieMode {
    /// https: names with the prefix `__Host-`, which no other host of the domain can set.
    Secure,
    /// http on this machine, or where the operator allows it. Names contain the port: browsers do not separate the cookies
    /// of two servers on one host by their ports.
    Insecure,
    /// http elsewhere: no cookies.
    Disabled,
}

fn mode(config: &Config) -> CookieMode {
    if config.public_url().scheme() == "https" {
        CookieMode::Secure
    } else if config.is_loopback() || config.allow_insecure_cookies {
        CookieMode::Insecure
    } else {
        CookieMode::Disabled
    }
}

/// Returns the name of the session cookie; `None` if cookies are disabled.
pub fn session_cookie_name(config: &Config) -> Option<Cow<'static, str>> {
    match mode(config) {
        CookieMode::Secure => Some("__Host-studyhall".into()),
        CookieMode::Insecure => Some(format!("studyhall-{}", port(config)).into()),
        CookieMode::Disabled => None,
    }
}

/// Returns the name of the device cookie; `None` if cookies are disabled.
pub fn device_cookie_name(config: &Config) -> Option<Cow<'static, str>> {
    match mode(config) {
        CookieMode::Secure => Some("__Host-studyhall-device".into()),
        CookieMode::Insecure => Some(format!("studyhall-device-{}", port(config)).into()),
        CookieMode::Disabled => None,
    }
}

fn port(config: &Config) -> u16 {
    config.public_url().port_or_known_default().unwrap_or_default()
}

/// Returns the value of the `Set-Cookie` header for a session.
pub fn session_cookie(config: &Config, secret: &str, lifetime: Duration) -> Option<String> {
    session_cookie_name(config).map(|name| set_cookie(config, &name, secret, lifetime))
}

/// Returns the value of the `Set-Cookie` header that deletes the session cookie.
pub fn expired_session_cookie(config: &Config) -> Option<String> {
    session_cookie(config, "", Duration::ZERO)
}

/// Returns the value of the `Set-Cookie` header for a device.
pub fn device_cookie(config: &Config, secret: &str) -> Option<String> {
    device_cookie_name(config).map(|name| set_cookie(config, &name, secret, DEVICE_LIFETIME))
}

fn set_cookie(config: &Config, name: &str, value: &str, lifetime: Duration) -> String {
    let secure = if mode(config) == CookieMode::Secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", lifetime.as_secs())
}

//! Sign-in at identity providers (OpenID Connect).

mod hostile;
mod linking;
mod logouts;
pub mod provider;
mod signing_in;

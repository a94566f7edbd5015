//! Sign-in at identity providers (OpenID Connect).

mod hostile;
mod linking;
mod logouts;
mod provider;
mod signing_in;

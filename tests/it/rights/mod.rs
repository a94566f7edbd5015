//! Rights end when they end: roles, locks, blocks and settings on open streams, dead credentials, links, names, devices.

mod addresses;
mod credentials;
mod limits;
mod names;
mod streams;
mod work;

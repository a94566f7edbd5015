//! What changes of topics and offers do to bookings: none is left without its time, and nobody is left without word.

pub mod rules;

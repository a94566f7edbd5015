//! Networks in CIDR notation, such as `10.0.0.0/8` or `2001:db8::/32`.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

/// A network; a single address is a network of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The address as 128 bits, an IPv4 one in the mapped form `::ffff:0:0/96`.
    bits: u128,
    /// The number of leading bits that all addresses of the network share.
    prefix: u32,
}

impl Network {
    /// Returns true if the address, IPv4 or IPv6, is in this network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        (mapped(address) ^ self.bits).leading_zeros() >= self.prefix
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("{text:?} is not an address or a network like 10.0.0.0/8");
        let (address, length) = text.trim().split_once('/').map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let bits_of_family = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(bits_of_family), str::parse).map_err(|_| invalid())?;
        if length > bits_of_family {
            return Err(invalid());
        }
        Ok(Self { bits: mapped(address), prefix: 128 - bits_of_family + length })
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The networks of a campus, whose users share few addresses. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct CampusNetworks(Arc<[Network]>);

impl CampusNetworks {
    /// How many times wider the limits per address are for an address of a campus.
    pub const FACTOR: u32 = 50;

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Returns the limit of this address, given that of an address elsewhere.
    #[must_use]
    pub fn scale(&self, address: IpAddr, limit: usize) -> usize {
        if self.contains(address) { limit.saturating_mul(Self::FACTOR as usize) } else { limit }
    }
}

impl FromStr for CampusNetworks {
    type Err = String;

    /// Parses a list that is separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let networks = text.split(',').filter(|network| !network.trim().is_empty());
        networks.map(str::parse).collect::<Result<Arc<[Network]>, String>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        let network: Network = network.parse().expect("a network");
        network.contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_contains_the_addresses_with_its_prefix() {
        for (network, inside, outside) in [
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.9.9.9/8", "10.0.0.1", "9.9.9.9"),
            ("192.0.2.128/25", "192.0.2.200", "192.0.2.5"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("2001:db8::1", "2001:db8::1", "2001:db8::2"),
            (" 172.16.0.0/12 ", "172.31.0.1", "172.32.0.1"),
            ("10.0.0.0/8", "::ffff:10.1.1.1", "::1"),
        ] {
            assert!(contains(network, inside), "{network} {inside}");
            assert!(!contains(network, outside), "{network} {outside}");
        }
        assert!(contains("0.0.0.0/0", "203.0.113.1") && !contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("::/0", "203.0.113.1"));
    }

    #[test]
    fn a_malformed_network_is_rejected() {
        for text in ["", "campus", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "2001:db8::/129", "10.0.0.0/-1"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}

//! Who may come in: the right Host against rebound names, the right Origin against foreign pages, the token against everybody else.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use subtle::ConstantTimeEq;

/// What a request must show.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    address: SocketAddr,
    token: String,
    /// Origins beside the server's own, such as `https://example.org`.
    origins: Vec<String>,
}

/// The port that an address without one means.
const HTTP: u16 = 80;
const HTTPS: u16 = 443;

impl Access {
    pub(crate) fn new(address: SocketAddr, token: String, origins: Vec<String>) -> Self {
        Access { address, token, origins }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The address to open.
    pub(crate) fn url(&self) -> String {
        // The unspecified address is one to listen on, not one to go to.
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1".to_owned(),
            IpAddr::V6(ip) if ip.is_unspecified() => "[::1]".to_owned(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        format!("http://{ip}:{}/?token={}", self.address.port(), self.token)
    }

    /// True if the header Host names the address that is listened on, by number or as `localhost`, or an origin that was
    /// allowed. A name that somebody else's DNS made point here is none of these.
    pub(crate) fn takes_host(&self, host: &str) -> bool {
        if self
            .origins
            .iter()
            .any(|origin| authority(origin).is_some_and(|name| name.eq_ignore_ascii_case(host)))
        {
            return true;
        }
        self.is_own(host)
    }

    /// True for the address that is listened on, by number or as `localhost`.
    fn is_own(&self, host: &str) -> bool {
        let (name, port) = split(host);
        if port.unwrap_or(HTTP) != self.address.port() {
            return false;
        }
        let here = self.address.ip();
        if name.eq_ignore_ascii_case("localhost") {
            return here.is_loopback() || here.is_unspecified();
        }
        let Ok(ip) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() else {
            return false;
        };
        ip == here || here.is_unspecified() || (here.is_loopback() && ip.is_loopback())
    }

    /// True for the origin of the server's own pages and for those that were allowed. Programs that are no browsers send
    /// none; they need the token all the same.
    pub(crate) fn takes_origin(&self, origin: Option<&str>) -> bool {
        let Some(origin) = origin else { return true };
        self.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
            || origin.strip_prefix("http://").is_some_and(|host| self.is_own(host))
    }

    /// Compares in constant time, so that answers do not tell how much of a guess was right.
    pub(crate) fn takes_token(&self, token: &str) -> bool {
        self.token.as_bytes().ct_eq(token.as_bytes()).into()
    }
}

/// A random token of 128 bits, in hexadecimal.
pub(crate) fn random_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// The value of `token` in an address's query. Tokens need no escaping.
pub(crate) fn token_of(query: Option<&str>) -> &str {
    let pairs = query.unwrap_or("").split('&');
    pairs.filter_map(|pair| pair.strip_prefix("token=")).next().unwrap_or("")
}

/// What is wrong with an origin that is to be allowed, if no page can have it: browsers send a scheme, a host and a port that is not
/// the scheme's own, nothing behind them; or `null` for pages without one.
pub(crate) fn unfit(origin: &str) -> Option<String> {
    if origin == "null" {
        return None;
    }
    let why = match origin.split_once("://") {
        None => "it has no scheme",
        Some((scheme, _)) if scheme.is_empty() || !scheme.bytes().all(is_of_scheme) => "its scheme is none",
        Some((_, rest)) if rest.contains(['/', '?', '#']) => {
            "nothing stands behind an origin's host and port"
        }
        Some((_, rest)) if rest.contains('@') => "an origin names no user",
        Some((scheme, rest)) => match split(rest) {
            (name, _) if !is_host(name) => "its host is none",
            (_, Some(0)) => "its port is none",
            (_, Some(port)) if Some(port) == own_port(scheme) => "browsers leave out the scheme's own port",
            _ => return None,
        },
    };
    Some(format!(
        "no page has the origin {origin:?}: {why}; one looks like https://example.org or http://localhost:8000"
    ))
}

fn is_of_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
}

/// A name in the form that browsers send, or an address.
fn is_host(name: &str) -> bool {
    let within = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match within {
        Some(within) => within.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    }
}

fn own_port(scheme: &str) -> Option<u16> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some(HTTP),
        "https" => Some(HTTPS),
        _ => None,
    }
}

fn authority(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

/// Name and port of a Host header.
fn split(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        // A colon within brackets belongs to the address.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().unwrap_or(0))),
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, random_token, token_of, unfit};

    fn access(address: &str, origins: &[&str]) -> Access {
        let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
        Access::new(address.parse().unwrap_or(([127, 0, 0, 1], 1).into()), "abc".into(), origins)
    }

    #[test]
    fn only_names_of_this_server_are_hosts() {
        let loopback = access("127.0.0.1:8000", &["https://example.org"]);
        for host in ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST:8000", "example.org"] {
            assert!(loopback.takes_host(host), "{host}");
        }
        for host in ["127.0.0.1", "127.0.0.1:80", "evil.org:8000", "evil.org", "10.0.0.1:8000", "", ":8000"] {
            assert!(!loopback.takes_host(host), "{host}");
        }
        let open = access("0.0.0.0:8000", &[]);
        assert!(open.takes_host("192.168.0.7:8000") && !open.takes_host("rebound.org:8000"));
        assert!(access("127.0.0.1:80", &[]).takes_host("127.0.0.1"));
    }

    #[test]
    fn foreign_pages_are_no_origins() {
        let server = access("127.0.0.1:8000", &["https://example.org", "null"]);
        for origin in ["http://127.0.0.1:8000", "http://localhost:8000", "https://example.org", "null"] {
            assert!(server.takes_origin(Some(origin)), "{origin}");
        }
        for origin in [
            "https://127.0.0.1:8000",
            "http://127.0.0.1:8001",
            "https://evil.org",
            // Allowed is what was said, not its host over another scheme.
            "http://example.org",
            "file://",
            "",
        ] {
            assert!(!server.takes_origin(Some(origin)), "{origin}");
        }
        assert!(server.takes_origin(None));
    }

    #[test]
    fn only_what_a_page_can_have_is_allowed() {
        for origin in [
            "https://example.org",
            "http://localhost:8000",
            "null",
            "http://[::1]:1",
            "HTTPS://Lab.example.org:8443",
        ] {
            assert_eq!(unfit(origin), None, "{origin}");
        }
        for origin in [
            "",
            "*",
            "example.org",
            "https://",
            "https://example.org/",
            "https://example.org/page",
            "https://*.example.org",
            "https://me@example.org",
            "https://example.org:443",
            "http://example.org:80",
            "http://example.org:0",
            "http://example.org:99999",
            "http://example.org:",
            "https://münchen.example",
            "://example.org",
        ] {
            assert!(unfit(origin).is_some_and(|why| why.contains("https://example.org")), "{origin}");
        }
    }

    #[test]
    fn tokens_are_long_and_fresh() -> Result<(), getrandom::Error> {
        let (one, two) = (random_token()?, random_token()?);
        assert_eq!((one.len(), one == two), (32, false));
        let server = access("127.0.0.1:1", &[]);
        assert!(server.takes_token("abc") && !server.takes_token("abd") && !server.takes_token(""));
        assert_eq!(
            (token_of(Some("a=1&token=abc")), token_of(None), token_of(Some("tokens=1"))),
            ("abc", "", "")
        );
        Ok(())
    }
}

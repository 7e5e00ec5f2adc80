//! Where servers listen: an address, a token, and the origins that may come in.

use crate::Error;
use crate::access::{Access, random_token, unfit};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A server that listens, and answers nobody yet.
pub(crate) struct Doors {
    pub(crate) runtime: Runtime,
    pub(crate) listener: TcpListener,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Who may come in.
    pub(crate) access: Arc<Access>,
}

/// Listens at an address; without a token a random one is made.
pub(crate) fn open(address: SocketAddr, token: Option<String>, origins: Vec<String>) -> Result<Doors, Error> {
    let token = match token {
        Some(token) if token.len() < 32 || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            return Err(Error::new("a token takes 32 letters and digits or more"));
        }
        Some(token) => token,
        None => random_token().map_err(no_random)?,
    };
    if let Some(why) = origins.iter().find_map(|origin| unfit(origin)) {
        return Err(Error::new(why));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("glir-live")
        .enable_all()
        .build()
        .map_err(|error| Error::new(format!("no thread can be started: {error}")))?;
    // Without waiting for a task, so that a server may start and end within another runtime too.
    let entered = runtime.enter();
    let listener = std::net::TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .and_then(TcpListener::from_std)
        .map_err(|error| unbound(address, &error))?;
    let address = listener.local_addr().map_err(|error| unbound(address, &error))?;
    drop(entered);
    let access = Arc::new(Access::new(address, token, origins));
    Ok(Doors { runtime, listener, address, access })
}

pub(crate) fn no_random(error: getrandom::Error) -> Error {
    Error::new(format!("the system gives no random numbers for a token: {error}"))
}

fn unbound(address: SocketAddr, error: &std::io::Error) -> Error {
    let (ip, port) = (address.ip(), address.port());
    Error::new(match error.kind() {
        ErrorKind::AddrInUse => {
            format!(
                "port {port} of {ip} is taken by another program; choose another, or 0 for any that is free"
            )
        }
        ErrorKind::PermissionDenied => {
            format!(
                "port {port} may not be used by this account; choose one from 1024 on, or 0 for any that is free"
            )
        }
        ErrorKind::AddrNotAvailable => format!("{ip} is no address of this machine"),
        _ => format!("{address} can't be listened on: {error}"),
    })
}

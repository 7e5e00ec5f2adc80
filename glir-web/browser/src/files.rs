//! A server of files on a free port: a folder, and what tests put beside it.

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running server on the loopback interface. It ends when dropped.
pub struct Files {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    folder: PathBuf,
    extra: Mutex<HashMap<String, Vec<u8>>>,
}

impl Files {
    /// Serves a folder.
    pub async fn serve(folder: impl AsRef<Path>) -> Result<Files> {
        let folder = folder.as_ref().to_path_buf();
        anyhow::ensure!(folder.is_dir(), "{} is not there: run `cargo xtask web` first", folder.display());
        let shared = Arc::new(Shared { folder, extra: Mutex::default() });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let task = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Files { address, shared, task })
    }

    /// Serves bytes under a path that starts with `/`, instead of what the folder has there.
    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let mut extra = self.shared.extra.lock().unwrap_or_else(PoisonError::into_inner);
        extra.insert(path.to_owned(), bytes.into());
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path();
    let extra = shared.extra.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
    let inside = !path.split('/').any(|part| part == "..");
    let bytes = match extra {
        Some(bytes) => Some(bytes),
        None if path == "/favicon.ico" => return StatusCode::NO_CONTENT.into_response(),
        None if inside => tokio::fs::read(shared.folder.join(path.trim_start_matches('/'))).await.ok(),
        None => None,
    };
    match bytes {
        Some(bytes) => ([(header::CONTENT_TYPE, media_type(path))], Body::from(bytes)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

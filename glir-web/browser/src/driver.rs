//! chromedriver as a child process on a port of its own choice.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running chromedriver. Dropping it ends its browser and itself, also when a test has failed.
pub(crate) struct Driver {
    process: Child,
    port: u16,
    session: Option<String>,
}

impl Driver {
    /// Starts it. The port that it chooses must be free for both versions of IP: if another program has one of them, it gives up, and
    /// another try chooses another.
    pub(crate) fn start(program: &PathBuf) -> Result<Self> {
        const TRIES: usize = 5;
        let mut started = Self::try_to_start(program);
        for _ in 1..TRIES {
            if started.is_ok() {
                break;
            }
            started = Self::try_to_start(program);
        }
        started
    }

    fn try_to_start(program: &PathBuf) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process =
            command.spawn().with_context(|| format!("{} can't be started", program.display()))?;
        let said = process.stdout.take().context("chromedriver has no output")?;
        let mut driver = Driver { process, port: 0, session: None };
        let mut said = BufReader::new(said);
        let mut line = String::new();
        while driver.port == 0 {
            line.clear();
            if said.read_line(&mut line)? == 0 {
                bail!("chromedriver stopped before it had a port");
            }
            let port = line.trim().rsplit_once("on port ").map(|(_, port)| port.trim_end_matches('.'));
            driver.port = port.and_then(|port| port.parse().ok()).unwrap_or(0);
        }
        // Its output must be read on, or it waits for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Ok(driver)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Notes the session to end when dropped.
    pub(crate) fn remember(&mut self, session: Option<String>) {
        self.session = session;
    }

    /// Asks for the session's end by hand: there may be no runtime left when this is dropped.
    fn end_session(&self) -> std::io::Result<()> {
        let Some(session) = &self.session else { return Ok(()) };
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        // The answer comes when the browser is gone; the connection itself may stay.
        let _ = stream.read(&mut [0; 64])?;
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // All of these fail only where the process is gone already.
        let _ = self.end_session();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

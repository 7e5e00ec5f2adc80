//! A testee as a program that is spoken to through its standard input and output.

use super::link::{Broken, Launcher, Link};
use crate::protocol::{receive, send};
use std::io::{BufReader, Read as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The most bytes of a testee's last words that are kept.
const LAST_WORDS: usize = 4096;

/// A program and its arguments.
#[derive(Clone, Debug)]
pub struct Program(pub Vec<String>);

impl Launcher for Program {
    fn launch(&self) -> Result<Box<dyn Link>, String> {
        let (program, arguments) = self.0.split_first().ok_or("there is no program to start")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{program} can't be started: {error}"))?;
        let input = child.stdin.take();
        let (Some(output), Some(mut errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(format!("{program} has no output"));
        };
        let (sender, answers) = channel();
        // It ends when the process does.
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Ok(Some(message)) = receive(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let words = thread::spawn(move || {
            let mut kept = Vec::new();
            let mut piece = [0; 1024];
            while let Ok(count @ 1..) = errors.read(&mut piece) {
                kept.extend_from_slice(&piece[..count]);
                let surplus = kept.len().saturating_sub(LAST_WORDS);
                kept.drain(..surplus);
            }
            String::from_utf8_lossy(&kept).trim().to_owned()
        });
        Ok(Box::new(Process { child, input, answers, words: Some(words) }))
    }
}

struct Process {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<Vec<u8>>,
    words: Option<JoinHandle<String>>,
}

impl Process {
    /// How it ended, and what it said last.
    fn post_mortem(&mut self) -> String {
        self.input = None;
        let _ = self.child.kill();
        let status = match self.child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let words = self.words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        let last = words.lines().last().unwrap_or_default();
        if last.is_empty() { format!("it ended ({status})") } else { format!("it ended ({status}): {last}") }
    }
}

impl Link for Process {
    fn ask(&mut self, message: &[u8], patience: Duration) -> Result<Vec<u8>, Broken> {
        let sent = self.input.as_mut().map(|input| send(input, message));
        if !matches!(sent, Some(Ok(()))) {
            return Err(Broken::Crash(self.post_mortem()));
        }
        match self.answers.recv_timeout(patience) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Timeout) => Err(Broken::Timeout),
            Err(RecvTimeoutError::Disconnected) => {
                // Let it die by itself, so that its status is its own.
                for _ in 0..50 {
                    if matches!(self.child.try_wait(), Ok(Some(_))) {
                        break;
                    }
                    thread::sleep(Duration::from_millis(10));
                }
                Err(Broken::Crash(self.post_mortem()))
            }
        }
    }

    fn end(&mut self, message: &[u8]) {
        if let Some(input) = &mut self.input {
            // Who is gone needs no farewell.
            let _ = send(input, message);
        }
        self.input = None;
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        // Both fail only where it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

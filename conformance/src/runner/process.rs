//! A testee as a program that is spoken to through its standard input and output.

use super::link::{Broken, Launcher, Link};
use crate::protocol::{receive, send};
use std::io::{self, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The most bytes of a testee's last words that are kept.
const LAST_WORDS: usize = 4096;

/// How often it is looked whether a testee that says nothing is still there.
const LOOK: Duration = Duration::from_millis(100);

/// A program and its arguments.
#[derive(Clone, Debug)]
pub struct Program(pub Vec<String>);

impl Launcher for Program {
    fn launch(&self) -> Result<Box<dyn Link>, String> {
        let (program, arguments) = self.0.split_first().ok_or("there is no program to start")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What a testee starts (it may itself be a script) is ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|error| format!("{program} can't be started: {error}"))?;
        let (Some(mut input), Some(output), Some(mut errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(format!("{program} has no pipes"));
        };
        // The threads end when the pipes do. None is waited for: a child of the testee's may hold a pipe for ever.
        let (questions, asked) = channel::<Vec<u8>>();
        thread::spawn(move || {
            while let Ok(message) = asked.recv() {
                if send(&mut input, &message).is_err() {
                    break;
                }
            }
        });
        let (sender, answers) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let answer = match receive(&mut output) {
                    Ok(Some(message)) => Ok(message),
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(error.to_string()),
                    // It is gone; how it went is asked apart.
                    Ok(None) | Err(_) => break,
                };
                let last = answer.is_err();
                if sender.send(answer).is_err() || last {
                    break;
                }
            }
        });
        let words = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&words);
        thread::spawn(move || {
            let mut piece = [0; 1024];
            while let Ok(count @ 1..) = errors.read(&mut piece) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&piece[..count]);
                let surplus = kept.len().saturating_sub(LAST_WORDS);
                kept.drain(..surplus);
            }
        });
        Ok(Box::new(Process { child, questions: Some(questions), answers, words }))
    }
}

struct Process {
    child: Child,
    questions: Option<Sender<Vec<u8>>>,
    /// What it answers, or why that is no message.
    answers: Receiver<Result<Vec<u8>, String>>,
    words: Arc<Mutex<Vec<u8>>>,
}

impl Process {
    /// Ends it, and on Unix what it has started.
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            // It fails only where all are gone already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
    }

    /// How it ended, and what it said last.
    fn post_mortem(&mut self) -> String {
        self.questions = None;
        self.kill();
        let status = match self.child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        // Its last words may still be on their way.
        thread::sleep(Duration::from_millis(20));
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let words = String::from_utf8_lossy(&words);
        let last = words.trim().lines().last().unwrap_or_default();
        if last.is_empty() { format!("it ended ({status})") } else { format!("it ended ({status}): {last}") }
    }
}

impl Link for Process {
    fn ask(&mut self, message: &[u8], patience: Duration) -> Result<Vec<u8>, Broken> {
        // Whether it takes the question shows in whether it answers.
        let sent = self.questions.as_ref().map(|questions| questions.send(message.to_owned()));
        if !matches!(sent, Some(Ok(()))) {
            return Err(Broken::Crash(self.post_mortem()));
        }
        let start = Instant::now();
        loop {
            // Its pipes may outlive it, in the hands of its children: whether it lives is asked apart.
            let ended = matches!(self.child.try_wait(), Ok(Some(_)));
            match self.answers.recv_timeout(LOOK) {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(why)) => {
                    self.kill();
                    return Err(Broken::Crash(why));
                }
                Err(RecvTimeoutError::Timeout) if ended => return Err(Broken::Crash(self.post_mortem())),
                Err(RecvTimeoutError::Timeout) if start.elapsed() >= patience => return Err(Broken::Timeout),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // Let it die by itself, so that its status is its own.
                    for _ in 0..50 {
                        if matches!(self.child.try_wait(), Ok(Some(_))) {
                            break;
                        }
                        thread::sleep(Duration::from_millis(10));
                    }
                    return Err(Broken::Crash(self.post_mortem()));
                }
            }
        }
    }

    fn end(&mut self, message: &[u8]) {
        // Who is gone needs no farewell.
        if let Some(questions) = self.questions.take() {
            let _ = questions.send(message.to_owned());
        }
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
        self.questions = None;
        self.kill();
        // It fails only where it is gone already.
        let _ = self.child.wait();
    }
}

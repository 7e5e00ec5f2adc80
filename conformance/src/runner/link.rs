//! The way to a testee, whatever carries its messages.

use std::time::Duration;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The testee is gone, or speaks nonsense: one sentence.
    Crash(String),
    /// It said nothing in time.
    Timeout,
}

/// A testee that can be asked. Dropping it ends the testee.
pub trait Link {
    /// Asks, and waits for the answer for so long.
    ///
    /// # Errors
    /// After an error the link is of no more use.
    fn ask(&mut self, message: &[u8], patience: Duration) -> Result<Vec<u8>, Broken>;

    /// Says that there is nothing more to ask.
    fn end(&mut self, message: &[u8]);
}

/// What starts a testee.
pub trait Launcher {
    /// Starts one.
    ///
    /// # Errors
    /// One sentence.
    fn launch(&self) -> Result<Box<dyn Link>, String>;
}

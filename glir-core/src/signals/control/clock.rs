//! A clock: seconds that a person can stop. Numbers: seconds a second (1 if left out).

use super::super::value::Value;
use super::{Area, Controller, Event, is_home};

pub(super) struct Clock {
    rate: f64,
    seconds: f64,
    stopped: bool,
}

impl Clock {
    pub(super) fn of(numbers: &[f64]) -> Result<Self, String> {
        match *numbers {
            [] => Ok(Clock { rate: 1.0, seconds: 0.0, stopped: false }),
            [rate] => Ok(Clock { rate, seconds: 0.0, stopped: false }),
            _ => Err(format!("clock takes 1 number; {} are given", numbers.len())),
        }
    }
}

impl Controller for Clock {
    fn event(&mut self, event: &Event<'_>, _: &Area) -> bool {
        let Event::KeyDown { key, .. } = event else { return false };
        match *key {
            " " => self.stopped = !self.stopped,
            key if is_home(key) => self.seconds = 0.0,
            _ => return false,
        }
        true
    }

    fn advance(&mut self, seconds: f64) {
        self.seconds += seconds * self.rate;
    }

    fn is_moving(&self) -> bool {
        !self.stopped && self.rate != 0.0
    }

    fn value(&self, _: &Area) -> Value {
        Value::float(self.seconds)
    }
}

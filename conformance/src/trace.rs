//! The testee that needs no GPU: the interpreter on a backend that writes calls down.

use crate::case::Layer;
use crate::driver::{Faulty, Kind, Trouble};
use crate::kind::text;
use crate::packing::Packing;
use crate::protocol::{Done, Hello, Task};
use crate::testee::{Refused, Stage, Testee, carry_out};
use glir_core::{Capabilities, Interpreter, Settings, TraceBackend};
use glir_spec::{Header, Target};

/// Stands for the least context of any kind.
#[derive(Default)]
pub struct Trace;

struct Tracing {
    target: Target,
    driver: Vec<Trouble>,
    interpreter: Option<Interpreter<Faulty<TraceBackend>>>,
    /// The calls of streams that are over.
    log: String,
}

impl Tracing {
    fn end(&mut self) {
        if let Some(interpreter) = self.interpreter.take() {
            self.log.push_str(&interpreter.into_backend().into_inner().into_log());
        }
    }
}

impl Stage for Tracing {
    type Backend = Faulty<TraceBackend>;

    fn begin(&mut self, header: &Header<'_>, settings: Settings) -> Result<(), Refused> {
        self.end();
        let capabilities = Capabilities::least(self.target);
        let backend = Faulty::new(TraceBackend::with(capabilities, String::new()), self.driver.clone());
        match Interpreter::new(backend, header, settings) {
            Ok(interpreter) => {
                self.interpreter = Some(interpreter);
                Ok(())
            }
            Err(refused) => Err(Refused::Stream(Box::new(refused.0))),
        }
    }

    fn interpreter(&mut self) -> Option<&mut Interpreter<Faulty<TraceBackend>>> {
        self.interpreter.as_mut()
    }

    fn lose(&mut self) {
        if let Some(interpreter) = &mut self.interpreter {
            interpreter.backend_mut().lose();
        }
    }
}

impl Testee for Trace {
    fn hello(&self) -> Hello {
        Hello {
            name: "trace: the calls as text, no GPU".into(),
            target: None,
            features: glir_spec::Feature::ALL.to_vec(),
            layers: vec![Layer::Decoding, Layer::Calls, Layer::Replies, Layer::Index, Layer::Text],
            driver: Kind::ALL.map(|kind| kind.text().to_owned()).to_vec(),
            packing: Packing::ALL.to_vec(),
            seeks: true,
            sentences: true,
            draws: false,
        }
    }

    fn run(&mut self, task: &Task) -> Result<Done, String> {
        let driver = task.driver.clone();
        let mut tracing = Tracing { target: task.target, driver, interpreter: None, log: String::new() };
        let done = carry_out(task, &mut tracing)?;
        tracing.end();
        let calls = task.layers.contains(&Layer::Calls).then_some(tracing.log);
        Ok(Done { calls, ..done })
    }

    fn text(&mut self, question: &text::Question) -> Result<text::Reply, String> {
        text::answer(question)
    }
}

//! The results for programs.

use crate::runner::{Outcome, Results};
use serde_json::{Map, Value, json as object};
use std::collections::BTreeMap;

/// The results as JSON: a list of testees, each with its counts and its results; and what is wrong with the run itself.
pub fn json(results: &[Results], of_the_run: &[String]) -> Value {
    let testees = results.iter().map(|testee| {
        let mut shown = Map::new();
        shown.insert("name".into(), object!(testee.name));
        match &testee.hello {
            Ok(hello) => {
                let layers: Vec<_> = hello.layers.iter().map(|layer| layer.text()).collect();
                let features: Vec<_> = hello.features.iter().map(|feature| feature.text()).collect();
                shown.insert("interpreter".into(), object!(hello.name));
                shown.insert("target".into(), object!(hello.target.map(glir_spec::Target::text)));
                shown.insert("layers".into(), object!(layers));
                shown.insert("features".into(), object!(features));
            }
            Err(why) => {
                shown.insert("not_there".into(), object!(why));
            }
        }
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for record in &testee.records {
            *counts.entry(record.outcome.name()).or_default() += 1;
        }
        let unexpected = testee.records.iter().filter(|record| record.unexpected.is_some()).count();
        shown.insert("counts".into(), object!(counts));
        shown.insert("unexpected".into(), object!(unexpected + usize::from(testee.hello.is_err())));
        shown.insert("results".into(), testee.records.iter().map(record).collect());
        Value::Object(shown)
    });
    object!({ "version": 1, "testees": testees.collect::<Vec<_>>(), "faults": of_the_run })
}

fn record(record: &crate::runner::Record) -> Value {
    let mut shown = Map::new();
    shown.insert("case".into(), object!(record.case));
    shown.insert("outcome".into(), object!(record.outcome.name()));
    let detail = record.outcome.detail();
    if !detail.is_empty() {
        shown.insert("detail".into(), object!(detail));
    }
    if let Outcome::Fail(faults) = &record.outcome {
        let layers: Vec<_> = faults.iter().map(|fault| fault.layer.text()).collect();
        shown.insert("layers".into(), object!(layers));
    }
    if let Some(command) = &record.first_command {
        shown.insert("first_command".into(), object!(command));
    }
    if let Some(known) = &record.known {
        shown.insert("known".into(), object!(known.reason));
    }
    if let Some(why) = &record.unexpected {
        shown.insert("unexpected".into(), object!(why));
    }
    Value::Object(shown)
}

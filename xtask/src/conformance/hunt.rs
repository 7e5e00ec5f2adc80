//! The suite is tested itself: whether it catches the mutants. The runner is this tool's own, so it is none of them.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use glir_conformance::judge::{judge, missing};
use glir_conformance::lists::{self, Known};
use glir_conformance::pattern;
use glir_conformance::runner::{Candidate, Launcher, Link, Master, Plan, Program};
use glir_conformance::suite::{Entry, Suite};

use super::mutants::{self, Mutant, Survivor};
use super::pages::{self, Pages};
use super::{no_browser, weave};
use crate::Outcome;
use crate::root::Root;
use crate::setup::{self, Layer};

/// The least number of mutants, and the least share of them that is caught, in percent.
const LEAST: usize = 60;
const SHARE: usize = 95;

/// The time that a mutant has for a case. A slow machine must not count as a catch.
const PATIENCE: Duration = Duration::from_secs(120);

/// The interpreters that are asked, in this order: what all share is seen soonest in the log of calls.
const SHARED: &[&str] = &["trace", "gles2", "gles3"];
const NATIVE: &[&str] = &["gles2", "gles3"];
const LIVE: &[&str] = &["live"];

/// Who caught a mutant: the first case that differs on the first interpreter that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Catch {
    pub(super) interpreter: String,
    pub(super) case: String,
    pub(super) how: String,
}

/// Builds the mutants that fit a pattern, runs the suite on each, and says which were caught.
pub(super) fn run(root: &Root, wanted: &str) -> Outcome {
    let absent = setup::prepare(&[Layer::Build, Layer::Drawing])?;
    ensure!(
        absent.is_empty(),
        "mutants are hunted where all native interpreters can draw, which this machine can't"
    );
    let suite =
        Suite::read(&root.join("conformance/cases")).map_err(|wrong| anyhow!("{}", wrong.join("\n")))?;
    let known = known_failures(root)?;
    let (mutants, survivors) = mutants::read(root)?;
    let folder = root.target()?.join("mutants");
    fs::create_dir_all(&folder)?;
    // All are built whatever is wanted, so that none is forgotten and nothing is built twice.
    let program = weave::build(root, &mutants, &folder)?;
    let hunt = Hunt { suite: &suite, known: &known, program: &program };
    if let Some(Catch { interpreter, case, how }) =
        hunt.catch(None, &["trace", "gles2", "gles3", "gl", "live"])
    {
        println!("mutants: {interpreter} fails {case} ({how}) without any fault; mend that first");
        return Ok(ExitCode::FAILURE);
    }
    let chosen: Vec<&Mutant> = mutants.iter().filter(|mutant| pattern::fits(wanted, &mutant.name)).collect();
    ensure!(!chosen.is_empty(), "no mutant fits {wanted:?}");
    let (of_pages, woven): (Vec<&Mutant>, Vec<&Mutant>) =
        chosen.iter().partition(|mutant| pages::is_page(mutant));
    let mut caught = hunt.all(&woven);
    if !of_pages.is_empty() {
        if let Some(why) = no_browser(root)? {
            bail!("mutants of pages are hunted in a browser: {why}");
        }
        let pages = Pages { root, program: &program, folder: folder.join("pages") };
        if let Some(Catch { interpreter, case, how }) = pages.catch(None)? {
            println!("mutants: {interpreter} fails {case} ({how}) without any fault; mend that first");
            return Ok(ExitCode::FAILURE);
        }
        for mutant in of_pages {
            let catch = pages.catch(Some(mutant))?;
            tell(mutant, catch.as_ref());
            caught.insert(mutant.name.clone(), catch);
        }
    }
    let whole = chosen.len() == mutants.len();
    let (table, fine) = report(&chosen, &caught, &survivors, whole);
    print!("{table}");
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says what came of a mutant as soon as it is known: all of them take long.
fn tell(mutant: &Mutant, catch: Option<&Catch>) {
    match catch {
        Some(Catch { interpreter, case, how }) => {
            eprintln!("mutants: {}: {case} on {interpreter}: {how}", mutant.name);
        }
        None => eprintln!("mutants: {}: nobody", mutant.name),
    }
}

/// What fails or flickers without any fault, or is not run.
fn known_failures(root: &Root) -> Result<Vec<Known>> {
    let mut known = Vec::new();
    for list in ["baseline", "skip", "flakes"] {
        let name = format!("conformance/lists/{list}.txt");
        known.extend(lists::parse(&root.read(&name)?).map_err(|why| anyhow!("{name}: {why}"))?);
    }
    Ok(known)
}

struct Hunt<'h> {
    suite: &'h Suite,
    known: &'h [Known],
    program: &'h Path,
}

impl Hunt<'_> {
    /// Who catches each mutant; none for one that survives.
    fn all(&self, mutants: &[&Mutant]) -> BTreeMap<String, Option<Catch>> {
        let next = AtomicUsize::new(0);
        let caught = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
                scope.spawn(|| {
                    while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let catch = self.catch(Some(&mutant.name), &interpreters(mutant));
                        tell(mutant, catch.as_ref());
                        let mut caught = caught.lock().unwrap_or_else(PoisonError::into_inner);
                        caught.insert(mutant.name.clone(), catch);
                    }
                });
            }
        });
        caught.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs cases until one tells the program from a right one.
    fn catch(&self, fault: Option<&str>, interpreters: &[&str]) -> Option<Catch> {
        let plan = Plan { patience: PATIENCE, reruns: 0, ..Plan::default() };
        for interpreter in interpreters {
            let launcher = Woven {
                program: self.program.to_owned(),
                api: (*interpreter).into(),
                fault: fault.map(str::to_owned),
            };
            let candidate = Candidate { name: (*interpreter).into(), launcher: Box::new(launcher) };
            let caught = |case: &str, how: String| {
                Some(Catch { interpreter: (*interpreter).into(), case: case.into(), how })
            };
            let mut testee = Master::new(&candidate, &plan);
            let hello = match testee.hello() {
                Ok(hello) => hello,
                Err(_) => return caught("hello", "crash".into()),
            };
            let known =
                |entry: &&Entry| !self.known.iter().any(|known| known.is_about(interpreter, &entry.case.id));
            for Entry { case, goldens, .. } in self.suite.entries.iter().filter(known) {
                if missing(case, &hello).is_some() {
                    continue;
                }
                match testee.carry_out(case) {
                    Ok(done) => {
                        if let Some(fault) = judge(interpreter, case, goldens, &hello, &done).first() {
                            return caught(&case.id, fault.layer.text().into());
                        }
                    }
                    Err(_) => return caught(&case.id, "crash".into()),
                }
            }
        }
        None
    }
}

/// Starts the woven program with a fault.
struct Woven {
    program: PathBuf,
    api: String,
    fault: Option<String>,
}

impl Launcher for Woven {
    fn launch(&self) -> Result<Box<dyn Link>, String> {
        // `env` sets it for the one process: several mutants run at the same time.
        let fault = format!("{}={}", weave::FAULT, self.fault.as_deref().unwrap_or_default());
        let program = self.program.display().to_string();
        Program(["env", &fault, &program, "testee", "--api", &self.api].map(str::to_owned).to_vec()).launch()
    }
}

/// Who is asked about a mutant.
fn interpreters(mutant: &Mutant) -> Vec<&str> {
    match &mutant.on[..] {
        [] if mutant.file.starts_with("glir-native/") => NATIVE.to_vec(),
        [] if mutant.file.starts_with("glir-live/") => LIVE.to_vec(),
        [] => SHARED.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    }
}

/// A line for each mutant and what it comes to, and whether all is well.
fn report(
    mutants: &[&Mutant],
    caught: &BTreeMap<String, Option<Catch>>,
    survivors: &[Survivor],
    whole: bool,
) -> (String, bool) {
    let (mut text, mut wrong, mut count) = (String::new(), Vec::new(), 0);
    let width = mutants.iter().map(|mutant| mutant.name.len()).max().unwrap_or(0);
    for mutant in mutants {
        let known = survivors.iter().find(|survivor| survivor.name == mutant.name);
        let said = match (caught.get(&mutant.name).and_then(Option::as_ref), known) {
            (Some(Catch { interpreter, case, how }), known) => {
                count += 1;
                if known.is_some() {
                    wrong.push(format!(
                        "{} is caught by {case}; take it off the list of survivors",
                        mutant.name
                    ));
                }
                format!("{case} on {interpreter}: {how}")
            }
            (None, Some(known)) => format!("SURVIVES because {}", known.reason),
            (None, None) => {
                wrong.push(format!(
                    "{} survives ({}): write a case that catches it",
                    mutant.name, mutant.title
                ));
                "SURVIVES".into()
            }
        };
        text.push_str(&format!("{:width$}  {said}\n", mutant.name));
    }
    let share = 100.0 * count as f64 / mutants.len().max(1) as f64;
    text.push_str(&format!("mutants: {count} of {} caught, {share:.1} %\n", mutants.len()));
    if whole && mutants.len() < LEAST {
        wrong.push(format!("there are {} mutants; at least {LEAST} test the suite", mutants.len()));
    }
    if whole && count * 100 < mutants.len() * SHARE {
        wrong.push(format!("less than {SHARE} % are caught"));
    }
    for why in &wrong {
        text.push_str(&format!("mutants: {why}\n"));
    }
    (text, wrong.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Catch, LEAST, interpreters, report};
    use crate::conformance::mutants::{Mutant, Survivor, parse_one};
    use std::collections::BTreeMap;

    fn mutants(count: usize) -> Vec<Mutant> {
        (0..count).map(|index| parse_one(&format!("# t\n[m-{index}] glir-native/a.rs\n⟨x ⇒ y⟩"))).collect()
    }

    fn judged(count: usize, escaped: &[usize], listed: &[usize]) -> (String, bool) {
        let mutants = mutants(count);
        let catch = Catch { interpreter: "gles2".into(), case: "drawing/a".into(), how: "pixels".into() };
        let caught: BTreeMap<_, _> = mutants
            .iter()
            .enumerate()
            .map(|(index, mutant)| (mutant.name.clone(), (!escaped.contains(&index)).then(|| catch.clone())))
            .collect();
        let survivor = |index: &usize| Survivor { name: format!("m-{index}"), reason: "of something".into() };
        let survivors: Vec<_> = listed.iter().map(survivor).collect();
        report(&mutants.iter().collect::<Vec<_>>(), &caught, &survivors, true)
    }

    #[test]
    fn enough_mutants_that_are_caught_are_fine() {
        let (text, fine) = judged(LEAST, &[3], &[3]);
        assert!(fine && text.contains("59 of 60 caught, 98.3 %"), "{text}");
        assert!(text.contains("m-0   drawing/a on gles2: pixels"), "{text}");
        assert!(text.contains("m-3   SURVIVES because of something"), "{text}");
    }

    #[test]
    fn what_is_not_fine_is_said() {
        let (text, fine) = judged(LEAST, &[3], &[]);
        assert!(!fine && text.contains("m-3 survives (t): write a case"), "{text}");
        let (text, fine) = judged(LEAST, &[], &[3]);
        assert!(!fine && text.contains("m-3 is caught by drawing/a; take it off"), "{text}");
        let (text, fine) = judged(LEAST, &[1, 2, 3, 4], &[1, 2, 3, 4]);
        assert!(!fine && text.contains("less than 95 %"), "{text}");
        let (text, fine) = judged(LEAST - 1, &[], &[]);
        assert!(!fine && text.contains("at least 60"), "{text}");
    }

    #[test]
    fn a_mutant_of_the_native_backend_is_not_looked_for_in_the_trace() {
        assert_eq!(interpreters(&mutants(1)[0]), ["gles2", "gles3"]);
        let shared = parse_one("# t\n[m] glir-core/a.rs\n⟨x ⇒ y⟩");
        assert_eq!(interpreters(&shared), ["trace", "gles2", "gles3"]);
        assert_eq!(interpreters(&parse_one("# t\n[m] glir-live/a.rs\n⟨x ⇒ y⟩")), ["live"]);
        assert_eq!(interpreters(&parse_one("# t\n[m] a.rs on gl\n⟨x ⇒ y⟩")), ["gl"]);
    }
}

//! The suite is tested itself: whether it catches the mutants. The runner is this tool's own, so it is none of them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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

/// How often a mutant may break, and how long it may take to do so, until it is given up: others of its cases may still differ.
const BREAKS: usize = 64;
const LONGEST: Duration = PATIENCE;

/// The interpreters that are asked, in this order: what all share is seen soonest in the log of calls.
const SHARED: &[&str] = &["trace", "gles2", "gles3"];
const NATIVE: &[&str] = &["gles2", "gles3"];
const LIVE: &[&str] = &["live"];

/// Where a mutant shows: the first case that differs on the first interpreter that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Catch {
    pub(super) interpreter: String,
    pub(super) case: String,
    pub(super) how: String,
}

impl fmt::Display for Catch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}: {}", self.case, self.interpreter, self.how)
    }
}

/// What came of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A case differs in one of its layers.
    Caught(Catch),
    /// No case differs, but the program breaks, or gives no answer in time: any suite would see that, so it proves nothing about
    /// this one.
    Crashed(Catch),
    /// Nothing shows.
    Survived,
}

impl Fate {
    /// Where it shows, if it does.
    fn catch(&self) -> Option<&Catch> {
        match self {
            Fate::Caught(catch) | Fate::Crashed(catch) => Some(catch),
            Fate::Survived => None,
        }
    }
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
    let chosen = chosen(&mutants, wanted)?;
    let (of_pages, woven): (Vec<&Mutant>, Vec<&Mutant>) =
        chosen.iter().partition(|mutant| pages::is_page(mutant));
    if !woven.is_empty()
        && let Some(catch) = hunt.fate(None, &["trace", "gles2", "gles3", "gl", "live"]).catch()
    {
        println!("mutants: without any fault {catch}; mend that first");
        return Ok(ExitCode::FAILURE);
    }
    let mut fates = hunt.all(&woven);
    if !of_pages.is_empty() {
        if let Some(why) = no_browser(root)? {
            bail!("mutants of pages are hunted in a browser: {why}");
        }
        let pages = Pages { root, program: &program, folder: folder.join("pages") };
        if let Some(catch) = pages.fate(None)?.catch() {
            println!("mutants: without any fault {catch}; mend that first");
            return Ok(ExitCode::FAILURE);
        }
        for mutant in of_pages {
            let fate = pages.fate(Some(mutant))?;
            tell(mutant, &fate);
            fates.insert(mutant.name.clone(), fate);
        }
    }
    let whole = chosen.len() == mutants.len();
    let (table, fine) = report(&chosen, &fates, &survivors, whole);
    print!("{table}");
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The mutants that fit one of some patterns with commas between them, each of which fits some.
fn chosen<'m>(mutants: &'m [Mutant], wanted: &str) -> Result<Vec<&'m Mutant>> {
    let patterns: Vec<&str> = wanted.split(',').map(str::trim).collect();
    for one in &patterns {
        ensure!(mutants.iter().any(|mutant| pattern::fits(one, &mutant.name)), "no mutant fits {one:?}");
    }
    let fits = |mutant: &&Mutant| patterns.iter().any(|one| pattern::fits(one, &mutant.name));
    Ok(mutants.iter().filter(fits).collect())
}

/// Says what came of a mutant as soon as it is known: all of them take long.
fn tell(mutant: &Mutant, fate: &Fate) {
    match fate {
        Fate::Caught(catch) => eprintln!("mutants: {}: {catch}", mutant.name),
        Fate::Crashed(catch) => eprintln!("mutants: {}: only breaks: {catch}", mutant.name),
        Fate::Survived => eprintln!("mutants: {}: nobody", mutant.name),
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
    /// What comes of each mutant.
    fn all(&self, mutants: &[&Mutant]) -> BTreeMap<String, Fate> {
        let next = AtomicUsize::new(0);
        let fates = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
                scope.spawn(|| {
                    while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let fate = self.fate(Some(&mutant.name), &interpreters(mutant));
                        tell(mutant, &fate);
                        let mut fates = fates.lock().unwrap_or_else(PoisonError::into_inner);
                        fates.insert(mutant.name.clone(), fate);
                    }
                });
            }
        });
        fates.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs cases until one tells the program from a right one.
    fn fate(&self, fault: Option<&str>, interpreters: &[&str]) -> Fate {
        let plan = Plan { patience: PATIENCE, reruns: 0, ..Plan::default() };
        let mut breaks = Breaks::default();
        for interpreter in interpreters {
            let launcher = Woven {
                program: self.program.to_owned(),
                api: (*interpreter).into(),
                fault: fault.map(str::to_owned),
            };
            let candidate = Candidate { name: (*interpreter).into(), launcher: Box::new(launcher) };
            let catch = |case: &str, how: &str| Catch {
                interpreter: (*interpreter).into(),
                case: case.into(),
                how: how.into(),
            };
            let mut testee = Master::new(&candidate, &plan);
            let asked = Instant::now();
            let hello = match testee.hello() {
                Ok(hello) => hello,
                Err(_) if breaks.are_enough(catch("hello", "crash"), asked) => return breaks.fate(),
                Err(_) => continue,
            };
            let known =
                |entry: &&Entry| !self.known.iter().any(|known| known.is_about(interpreter, &entry.case.id));
            for Entry { case, goldens, .. } in self.suite.entries.iter().filter(known) {
                if missing(case, &hello).is_some() {
                    continue;
                }
                let asked = Instant::now();
                match testee.carry_out(case) {
                    Ok(done) => {
                        if let Some(fault) = judge(interpreter, case, goldens, &hello, &done).first() {
                            return Fate::Caught(catch(&case.id, fault.layer.text()));
                        }
                    }
                    Err(_) if breaks.are_enough(catch(&case.id, "crash"), asked) => return breaks.fate(),
                    Err(_) => {}
                }
            }
        }
        breaks.fate()
    }
}

/// How a mutant has broken so far.
#[derive(Default)]
struct Breaks {
    first: Option<Catch>,
    count: usize,
    spent: Duration,
}

impl Breaks {
    /// Notes one, and says whether the mutant is given up.
    fn are_enough(&mut self, catch: Catch, asked: Instant) -> bool {
        self.first.get_or_insert(catch);
        self.count += 1;
        self.spent += asked.elapsed();
        self.count >= BREAKS || self.spent >= LONGEST
    }

    fn fate(self) -> Fate {
        self.first.map_or(Fate::Survived, Fate::Crashed)
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
    fates: &BTreeMap<String, Fate>,
    survivors: &[Survivor],
    whole: bool,
) -> (String, bool) {
    let (mut text, mut wrong) = (String::new(), Vec::new());
    let (mut caught, mut crashed) = (0, 0);
    let width = mutants.iter().map(|mutant| mutant.name.len()).max().unwrap_or(0);
    for mutant in mutants {
        let known = survivors.iter().find(|survivor| survivor.name == mutant.name);
        let said = match (fates.get(&mutant.name).unwrap_or(&Fate::Survived), known) {
            (Fate::Caught(catch), known) => {
                caught += 1;
                if known.is_some() {
                    wrong.push(format!(
                        "{} is caught by {}; take it off the list of survivors",
                        mutant.name, catch.case
                    ));
                }
                catch.to_string()
            }
            (Fate::Crashed(catch), _) => {
                crashed += 1;
                format!("CRASHES: {catch}")
            }
            (Fate::Survived, Some(known)) => format!("SURVIVES because {}", known.reason),
            (Fate::Survived, None) => {
                wrong.push(format!(
                    "{} survives ({}): write a case that catches it",
                    mutant.name, mutant.title
                ));
                "SURVIVES".into()
            }
        };
        text.push_str(&format!("{:width$}  {said}\n", mutant.name));
    }
    let count = mutants.len();
    let share = 100.0 * caught as f64 / count.max(1) as f64;
    text.push_str(&format!(
        "mutants: {count} hunted: {caught} caught, {share:.1} %; {crashed} crashed; {} survived\n",
        count - caught - crashed
    ));
    if whole && count < LEAST {
        wrong.push(format!("there are {count} mutants; at least {LEAST} test the suite"));
    }
    if whole && caught * 100 < count * SHARE {
        wrong.push(format!("less than {SHARE} % are caught"));
    }
    for why in &wrong {
        text.push_str(&format!("mutants: {why}\n"));
    }
    (text, wrong.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{BREAKS, Breaks, Catch, Fate, LEAST, LONGEST, chosen, interpreters, report};
    use crate::conformance::mutants::{Mutant, Survivor, parse_one};
    use std::collections::BTreeMap;
    use std::time::Instant;

    fn mutants(count: usize) -> Vec<Mutant> {
        (0..count).map(|index| parse_one(&format!("# t\n[m-{index}] glir-native/a.rs\n⟨x ⇒ y⟩"))).collect()
    }

    fn catch() -> Catch {
        Catch { interpreter: "gles2".into(), case: "drawing/a".into(), how: "pixels".into() }
    }

    fn judged(count: usize, escaped: &[usize], listed: &[usize], crashed: &[usize]) -> (String, bool) {
        let mutants = mutants(count);
        let fate = |index: usize| match index {
            index if escaped.contains(&index) => Fate::Survived,
            index if crashed.contains(&index) => Fate::Crashed(Catch { how: "crash".into(), ..catch() }),
            _ => Fate::Caught(catch()),
        };
        let fates: BTreeMap<_, _> =
            mutants.iter().enumerate().map(|(index, mutant)| (mutant.name.clone(), fate(index))).collect();
        let survivor = |index: &usize| Survivor { name: format!("m-{index}"), reason: "of something".into() };
        let survivors: Vec<_> = listed.iter().map(survivor).collect();
        report(&mutants.iter().collect::<Vec<_>>(), &fates, &survivors, true)
    }

    #[test]
    fn enough_mutants_that_are_caught_are_fine() {
        let (text, fine) = judged(LEAST, &[3], &[3], &[]);
        assert!(fine && text.contains("60 hunted: 59 caught, 98.3 %; 0 crashed; 1 survived"), "{text}");
        assert!(text.contains("m-0   drawing/a on gles2: pixels"), "{text}");
        assert!(text.contains("m-3   SURVIVES because of something"), "{text}");
    }

    #[test]
    fn what_is_not_fine_is_said() {
        let (text, fine) = judged(LEAST, &[3], &[], &[]);
        assert!(!fine && text.contains("m-3 survives (t): write a case"), "{text}");
        let (text, fine) = judged(LEAST, &[], &[3], &[]);
        assert!(!fine && text.contains("m-3 is caught by drawing/a; take it off"), "{text}");
        let (text, fine) = judged(LEAST, &[1, 2, 3, 4], &[1, 2, 3, 4], &[]);
        assert!(!fine && text.contains("less than 95 %"), "{text}");
        let (text, fine) = judged(LEAST - 1, &[], &[], &[]);
        assert!(!fine && text.contains("at least 60"), "{text}");
    }

    #[test]
    fn a_mutant_that_only_breaks_is_not_caught() {
        let (text, fine) = judged(LEAST, &[], &[], &[7]);
        assert!(fine && text.contains("59 caught, 98.3 %; 1 crashed; 0 survived"), "{text}");
        assert!(text.contains("m-7   CRASHES: drawing/a on gles2: crash"), "{text}");
        let (text, fine) = judged(LEAST, &[], &[], &[1, 2, 3, 4]);
        assert!(!fine && text.contains("less than 95 %"), "{text}");
    }

    #[test]
    fn a_mutant_that_breaks_is_given_up_at_last() {
        let mut breaks = Breaks::default();
        assert_eq!((0..).take_while(|_| !breaks.are_enough(catch(), Instant::now())).count(), BREAKS - 1);
        assert_eq!(breaks.fate(), Fate::Crashed(catch()));
        let slow = Instant::now().checked_sub(LONGEST);
        assert!(slow.is_none_or(|slow| Breaks::default().are_enough(catch(), slow)));
        assert_eq!(Breaks::default().fate(), Fate::Survived);
    }

    #[test]
    fn several_patterns_choose() {
        let mutants = mutants(12);
        let names = |wanted: &str| {
            chosen(&mutants, wanted).map(|chosen| chosen.iter().map(|it| &*it.name).collect::<Vec<_>>())
        };
        assert_eq!(names("m-1*, m-3").unwrap(), ["m-1", "m-3", "m-10", "m-11"]);
        assert!(names("m-1*,n-*").is_err_and(|why| why.to_string().contains("n-*")));
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

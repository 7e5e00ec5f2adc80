//! Ticks, held against figures from elsewhere: Matplotlib's locators where both choose alike, Python's datetime for dates.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_visuals::ticks::{Epoch, Measure, Scale, Ticks};

fn labels(scale: Scale, range: [f64; 2], length: f64) -> Vec<String> {
    ticks(scale, range, length).major.into_iter().map(|tick| tick.label).collect()
}

fn ticks(scale: Scale, range: [f64; 2], length: f64) -> Ticks {
    Ticks::new(scale, range, length, &Measure::default())
}

fn upright(scale: Scale, range: [f64; 2], length: f64) -> Vec<String> {
    let measure = Measure::of(&glir_text::Font::sans(), 12.0, false);
    Ticks::new(scale, range, length, &measure).major.into_iter().map(|tick| tick.label).collect()
}

#[test]
fn numbers_have_steps_of_1_2_or_5_and_decimals_alike() {
    assert_eq!(labels(Scale::Linear, [-1.0, 1.0], 400.0), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
    assert_eq!(labels(Scale::Linear, [0.0, 100.0], 400.0), ["0", "20", "40", "60", "80", "100"]);
    assert_eq!(labels(Scale::Linear, [97.0, 1203.0], 400.0), ["200", "400", "600", "800", "1000", "1200"]);
    assert_eq!(labels(Scale::Linear, [100.0, 0.0], 400.0), ["0", "20", "40", "60", "80", "100"], "backward");
    assert_eq!(upright(Scale::Linear, [0.0, 1.0], 200.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(
        labels(Scale::Linear, [0.0123, 0.0127], 300.0),
        ["0.0123", "0.0124", "0.0125", "0.0126", "0.0127"]
    );
}

#[test]
fn large_and_small_numbers_are_multiples_of_a_power() {
    let large = ticks(Scale::Linear, [0.0, 4.2e7], 400.0);
    assert_eq!(large.end, "×10⁷");
    assert_eq!(large.major.last().unwrap().label, "4");
    let small = ticks(Scale::Linear, [-3e-9, 3e-9], 400.0);
    assert_eq!((small.end.as_str(), small.major[0].label.as_str()), ("×10⁻⁹", "−3"));
    assert_eq!(ticks(Scale::Linear, [0.0, 999_999.0], 400.0).end, "");
    assert_eq!(ticks(Scale::Linear, [0.0, 1e6], 400.0).end, "×10⁶");
    assert_eq!(ticks(Scale::Linear, [0.0, 1e-4], 400.0).end, "");
    assert_eq!(ticks(Scale::Linear, [0.0, 9e-5], 400.0).end, "×10⁻⁵");
}

#[test]
fn far_from_0_every_digit_counts() {
    let far = labels(Scale::Linear, [123_456.78, 123_456.80], 500.0);
    assert_eq!(far, ["123456.780", "123456.785", "123456.790", "123456.795", "123456.800"]);
    let farther = ticks(Scale::Linear, [1.7e9 - 1e-3, 1.7e9 + 1e-3], 800.0);
    assert_eq!(farther.end, "+1699999900");
    assert!(
        farther.major.len() > 5 && farther.major.iter().any(|tick| tick.label == "100.0000"),
        "{farther:?}"
    );
    let count = ticks(Scale::Linear, [1_714_999_999_999_990.0, 1_715_000_000_000_010.0], 640.0);
    let told: Vec<&str> = count.major.iter().map(|tick| tick.label.as_str()).collect();
    assert_eq!((told[0], *told.last().unwrap()), ("999990", "1000010"));
    assert_eq!(count.end, "+1714999999000000");
    let below = ticks(Scale::Linear, [-1_000_000.000_02, -1_000_000.0], 640.0);
    assert_eq!((below.end.as_str(), below.major.last().unwrap().label.as_str()), ("−1000001", "1.000000"));
}

#[test]
fn labels_never_collide() {
    let measure = Measure::default();
    for step in 0..1000 {
        let wide = 10.0_f64.powf(f64::from(step % 80) / 4.0 - 8.0);
        let middle = (f64::from(step) * 0.77).sin() * 10.0_f64.powf(f64::from(step % 17) - 8.0);
        let length = 60.0 + f64::from(step % 29) * 50.0;
        for scale in [Scale::Linear, Scale::Log, Scale::Time] {
            if scale == Scale::Log && (middle.abs() > 250.0 || wide > 40.0) {
                continue;
            }
            let ticks = Ticks::new(scale, [middle - wide, middle + wide], length, &measure);
            let width = |label: &str| f64::from(glir_text::Font::sans().measure(label, 12.0).width());
            for pair in ticks.major.windows(2) {
                let apart = (pair[1].at - pair[0].at) * length;
                let needed = 0.5 * (width(&pair[0].label) + width(&pair[1].label)) + 3.0;
                assert!(
                    apart > needed,
                    "{scale:?} {middle} ± {wide} in {length}: {pair:?} {apart} < {needed}"
                );
            }
        }
    }
}

#[test]
fn an_axis_has_ticks_to_read() {
    for step in 0..200 {
        let wide = 10.0_f64.powf(f64::from(step) / 20.0 - 5.0);
        for scale in [Scale::Linear, Scale::Time] {
            let middle = if scale == Scale::Time { 1.7e9 } else { 3.3 };
            let count = ticks(scale, [middle - wide, middle + wide], 640.0).major.len();
            assert!((2..=15).contains(&count), "{scale:?} ± {wide}: {count}");
        }
        let wide = wide.min(20.0);
        let count = ticks(Scale::Log, [1.4 - wide, 1.4 + wide], 640.0).major.len();
        assert!((2..=16).contains(&count), "log ± {wide}: {count}");
    }
}

#[test]
fn decades() {
    assert_eq!(labels(Scale::Log, [-3.0, 3.0], 480.0), ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"]);
    assert_eq!(labels(Scale::Log, [0.0, 20.0], 300.0), ["10⁰", "10⁵", "10¹⁰", "10¹⁵", "10²⁰"]);
    assert_eq!(labels(Scale::Log, [0.0, 2.0], 640.0), ["1", "2", "5", "10", "20", "50", "100"]);
    assert_eq!(labels(Scale::Log, [7.0, 8.0], 640.0)[..3], ["10⁷", "2×10⁷", "5×10⁷"]);
    assert_eq!(labels(Scale::Log, [-2.0, -1.0], 640.0), ["0.01", "0.02", "0.05", "0.1"]);
    let minor = ticks(Scale::Log, [0.0, 4.0], 400.0).minor;
    assert_eq!(minor.len(), 32);
    assert!((minor[0] - 2.0_f64.log10() / 4.0).abs() < 1e-12);
    // Less than a decade: plain steps at logarithmic places.
    let close = ticks(Scale::Log, [2.0, 2.3], 640.0);
    assert_eq!(close.major[0].label, "100");
    for tick in &close.major {
        let value: f64 = tick.label.parse().unwrap();
        assert!((tick.at - (value.log10() - 2.0) / 0.3).abs() < 1e-9);
    }
}

#[test]
fn calendars() {
    // 2026-11-21T12:34:56 UTC, by Python's datetime.
    let noon = 1_795_264_496.0;
    let minutes = ticks(Scale::Time, [noon, noon + 600.0], 640.0);
    assert_eq!(minutes.major[0].label, "12:35");
    assert_eq!(minutes.end, "2026-11-21");
    let parts = labels(Scale::Time, [noon, noon + 0.01], 640.0);
    assert_eq!(parts[..2], ["56.000", "56.001"]);
    let parts = labels(Scale::Time, [noon, noon + 1e-5], 640.0);
    assert_eq!(parts[0], "56.000000");
    let minute = ticks(Scale::Time, [noon + 3.8, noon + 4.3], 640.0);
    assert_eq!(minute.end, "2026-11-21 12:35");
    assert!(minute.major.iter().any(|tick| tick.label == "12:35"));
    let hours = labels(Scale::Time, [noon, noon + 86_400.0], 480.0);
    assert_eq!(hours[..5], ["15:00", "18:00", "21:00", "11-22", "03:00"]);
    // A week from Saturday on begins its weeks on Monday, 2026-11-23.
    let days = labels(Scale::Time, [noon, noon + 60.0 * 86_400.0], 900.0);
    assert_eq!(days[..2], ["2026-11-23", "2026-11-30"]);
    let months = labels(Scale::Time, [noon, noon + 365.0 * 86_400.0], 900.0);
    assert_eq!(months[..3], ["2026-12", "2027-01", "2027-02"]);
    // Firsts of months by datetime(2027, 3, 1).timestamp() and so on.
    let year = ticks(Scale::Time, [1_798_761_600.0, 1_830_297_600.0], 900.0);
    let at = |month: &str| year.major.iter().find(|tick| tick.label == month).unwrap().at;
    assert!((at("2027-03") - 59.0 / 365.0).abs() < 1e-9 && (at("2027-12") - 334.0 / 365.0).abs() < 1e-9);
    let leap =
        ticks(Scale::Time, [1_709_164_800.0 - 1.5 * 86_400.0, 1_709_164_800.0 + 2.5 * 86_400.0], 360.0);
    let leap: Vec<&str> = leap.major.iter().map(|tick| tick.label.as_str()).collect();
    assert_eq!(leap, ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]);
    let century = labels(Scale::Time, [-2_208_988_800.0, 946_684_800.0], 640.0);
    assert_eq!((century[0].as_str(), century.last().unwrap().as_str()), ("1900", "2000"));
}

/// Microseconds from a day of 2024 on.
const MICROS: Epoch = Epoch { seconds: 1_719_878_400, per_second: 1_000_000 };

#[test]
fn times_count_from_any_epoch() {
    // The same moments, in seconds since 1970 and in microseconds since a day: spans of a minute to a century, forward and backward.
    for step in 0..240 {
        let wide = 10.0_f64.powf(f64::from(step % 80) / 10.0 + 1.5);
        let middle = 1.7e9 + (f64::from(step) * 0.77).sin() * wide;
        let mut range = [(middle - wide).round(), (middle + wide).round()];
        if step % 3 == 0 {
            range.reverse();
        }
        let length = 100.0 + f64::from(step % 29) * 50.0;
        let of_1970 = ticks(Scale::Time, range, length);
        let counts = range.map(|seconds| (seconds - MICROS.seconds as f64) * 1e6);
        let found = Ticks::times(MICROS, counts, length, &Measure::default());
        let labels = |ticks: &Ticks| -> Vec<String> {
            ticks.major.iter().map(|tick| tick.label.clone()).chain([ticks.end.clone()]).collect()
        };
        assert_eq!(labels(&found), labels(&of_1970), "{range:?} in {length}");
        let apart = found.major.iter().zip(&of_1970.major).map(|(a, b)| (a.at - b.at).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-6, "{range:?} in {length}");
    }
    assert_eq!(
        Ticks::times(Epoch { seconds: 0, per_second: 0 }, [0.0, 1.0], 600.0, &Measure::default()),
        Ticks::default()
    );
}

#[test]
fn moments_are_told_to_the_digit() {
    let told = |at: f64, decimals| MICROS.moment(at, decimals).map(|told| told.join(" "));
    // By Python's datetime.fromtimestamp(1719878400, timezone.utc).
    assert_eq!(told(0.0, 0).as_deref(), Some("2024-07-02 00:00:00"));
    assert_eq!(told(-1.0, 6).as_deref(), Some("2024-07-01 23:59:59.999999"));
    assert_eq!(told(-1.0, 5).as_deref(), Some("2024-07-02 00:00:00.00000"), "rounded");
    assert_eq!(told(15_811_200e6 - 0.5, 9).as_deref(), Some("2024-12-31 23:59:59.999999500"));
    assert_eq!(told(0.25, 99).as_deref(), Some("2024-07-02 00:00:00.000000250"));
    for beyond in [f64::NAN, f64::INFINITY, -f64::MAX, 1e24, -1e18] {
        assert_eq!(told(beyond, 3), None, "{beyond}");
    }
    assert_eq!(Epoch { seconds: 0, per_second: 0 }.moment(0.0, 0), None);
}

#[test]
fn a_year_of_microseconds_has_ticks_of_nanoseconds() {
    // 2024-12-31T23:59:59.9999980, by Python's datetime.
    let from = (1_735_689_600.0 - MICROS.seconds as f64) * 1e6 - 2.0;
    let labels = |wide: f64| -> Vec<String> {
        let ticks = Ticks::times(MICROS, [from, from + wide], 640.0, &Measure::default());
        ticks.major.into_iter().map(|tick| tick.label).collect()
    };
    assert_eq!(labels(1.0)[..3], ["59.9999980", "59.9999982", "59.9999984"]);
    assert_eq!(labels(0.01)[..2], ["59.999998000", "59.999998002"]);
    // Over the end of a year, a minute and a second at once.
    let end = Ticks::times(MICROS, [from, from + 4.0], 640.0, &Measure::default());
    let told: Vec<&str> = end.major.iter().map(|tick| tick.label.as_str()).collect();
    assert_eq!(told, ["59.999998", "59.999999", "01-01", "00.000001", "00.000002"]);
    assert_eq!(end.end, "2025-01-01 00:00");
    for step in 0..60 {
        let wide = 10.0_f64.powf(f64::from(step) / 20.0 - 1.0);
        let found = labels(wide);
        let least = if wide >= 1.0 { 3 } else { 2 };
        assert!((least..=9).contains(&found.len()), "{wide} µs: {found:?}");
        // Ticks stand where they say.
        let ticks = Ticks::times(MICROS, [from, from + wide], 640.0, &Measure::default());
        for tick in ticks.major.iter().filter(|tick| tick.label.starts_with("59.")) {
            let micros: f64 =
                tick.label[3..].chars().chain("000".chars()).take(9).collect::<String>().parse().unwrap();
            let at = (micros / 1e3 - 999_998.0) / wide;
            assert!((at - tick.at).abs() < 1e-9 + 0.01 / wide * 0.2, "{wide}: {tick:?} {at}");
        }
    }
}

#[test]
fn ranges_without_ticks() {
    for range in [[0.0, 0.0], [f64::NAN, 1.0], [f64::NEG_INFINITY, 1.0], [-f64::MAX, f64::MAX]] {
        for scale in [Scale::Linear, Scale::Log, Scale::Time] {
            assert_eq!(ticks(scale, range, 600.0), Ticks::default(), "{scale:?} {range:?}");
        }
    }
    assert_eq!(ticks(Scale::Linear, [0.0, 1.0], 0.0), Ticks::default());
    assert_eq!(ticks(Scale::Linear, [0.0, 1.0], f64::NAN), Ticks::default());
    // Beyond the calendar there are years, but no dates; and beyond ten million of them, or powers of ten, nothing that is wrong.
    let years = labels(Scale::Time, [-3e12, 3e12], 640.0);
    assert!(years.contains(&"−40000".to_owned()) && years.contains(&"80000".to_owned()), "{years:?}");
    let far = labels(Scale::Time, [1e15, 1e15 + 3e6], 600.0);
    assert!(far.iter().all(String::is_empty), "{far:?}");
    let powers = labels(Scale::Log, [-3e6, 3e6], 640.0);
    assert!(
        powers.contains(&"10⁰".to_owned()) && powers.iter().all(|label| label.chars().count() <= 9),
        "{powers:?}"
    );
    // Huge and tiny ranges are ranges.
    assert!(ticks(Scale::Linear, [-1e300, 1e300], 600.0).major.len() > 2);
    assert!(ticks(Scale::Linear, [1e-290, 3e-290], 600.0).major.len() > 2);
}

/// The number that a label tells.
fn number(label: &str) -> f64 {
    let plain = |text: &str| -> f64 {
        let lowered = text.chars().map(|character| match character {
            '−' | '⁻' => '-',
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            '⁰' | '⁴'..='⁹' => char::from(b'0' + (character as u32 - '⁰' as u32) as u8),
            other => other,
        });
        lowered.collect::<String>().parse().unwrap()
    };
    let power = |text: &str| 10.0_f64.powf(plain(text.strip_prefix("10").unwrap()));
    match label.split_once('×') {
        Some((lead, rest)) => plain(lead) * power(rest),
        None if label.chars().any(|character| "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(character)) => {
            power(label)
        }
        None => plain(label),
    }
}

#[test]
fn labels_tell_where_they_stand() {
    for step in 0..600 {
        let wide = 10.0_f64.powf(f64::from(step % 40) / 4.0 - 5.0);
        let middle = (f64::from(step) * 0.77).sin() * 10.0_f64.powf(f64::from(step % 13) - 6.0);
        let range =
            if step % 3 == 0 { [middle + wide, middle - wide] } else { [middle - wide, middle + wide] };
        for scale in [Scale::Linear, Scale::Log] {
            if scale == Scale::Log && (middle.abs() > 100.0 || wide > 150.0) {
                continue;
            }
            let ticks = ticks(scale, range, 500.0);
            let (factor, offset) = match ticks.end.chars().next() {
                None => (1.0, 0.0),
                Some('×') => (number(&format!("1{}", ticks.end)), 0.0),
                Some(_) => (1.0, number(&ticks.end)),
            };
            for tick in &ticks.major {
                let value = number(&tick.label) * factor + offset;
                let value = if scale == Scale::Log { value.log10() } else { value };
                let found = (value - range[0]) / (range[1] - range[0]);
                assert!((found - tick.at).abs() < 1e-4, "{scale:?} {range:?}: {tick:?}, {found}");
            }
        }
    }
}

//! Runs candidates side by side in rounds, and prints a table of the results.

use std::time::Duration;

/// The result of one candidate in one round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measurement {
    pub per_second: f64,
    /// Processor time per operation on the side that is measured, where it is known.
    pub cpu_micros: Option<f64>,
}

impl Measurement {
    /// Creates a measurement of `count` operations in this time.
    pub fn new(count: u64, elapsed: Duration) -> Self {
        Self { per_second: as_f64(count) / elapsed.as_secs_f64(), cpu_micros: None }
    }
}

/// A candidate of a comparison. The first one is the baseline of the others.
pub struct Candidate<'a> {
    pub name: &'a str,
    /// The goal, as a share of the baseline or as a rate.
    pub goal: &'a str,
    pub round: Box<dyn FnMut() -> Measurement + 'a>,
}

/// Runs each candidate once in each round and prints the medians. A share above 1 is faster than the baseline.
pub fn run(title: &str, rounds: usize, mut candidates: Vec<Candidate<'_>>) {
    let mut results = vec![Vec::new(); candidates.len()];
    for _ in 0..rounds {
        for (candidate, results) in candidates.iter_mut().zip(&mut results) {
            results.push((candidate.round)());
        }
    }
    println!("\n{title}");
    println!("{:<44} {:>9} {:>7} {:>8} {:>7}  goal", "", "per s", "share", "cpu µs", "share");
    let Some(baseline) = results.first().cloned() else { return };
    for (candidate, own) in candidates.iter().zip(&results) {
        // The share of each round, because other load on the machine slows both sides of a round down.
        let rounds = || own.iter().zip(&baseline);
        let share = median(rounds().map(|(own, baseline)| own.per_second / baseline.per_second));
        let cpu = median(own.iter().filter_map(|result| result.cpu_micros));
        let cpu_share = median(rounds().filter_map(|(own, baseline)| Some(baseline.cpu_micros? / own.cpu_micros?)));
        println!(
            "{:<44} {:>9.0} {share:>7.2} {} {}  {}",
            candidate.name,
            median(own.iter().map(|result| result.per_second)),
            format_or_blank(cpu, 8, 1),
            format_or_blank(cpu_share, 7, 2),
            candidate.goal,
        );
    }
}

/// Returns the median; NaN without values.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    quantile(&mut values.collect::<Vec<_>>(), 0.5)
}

/// Returns the quantile of `values` at `share`; NaN without values.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index below the length of a list in memory"
    )]
    let index = (as_f64(values.len() as u64) * share) as usize;
    values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss, reason = "counts of events within seconds")]
pub fn as_f64(count: u64) -> f64 {
    count as f64
}

fn format_or_blank(value: f64, width: usize, digits: usize) -> String {
    if value.is_nan() { format!("{:>width$}", "") } else { format!("{value:>width$.digits$}") }
}

//! Contenders that run in turns, and the table of how they did.

use std::time::Duration;

/// How one contender did in one round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figure {
    pub per_second: f64,
    /// Processor time of the side that is measured, where it could be told.
    pub cpu_micros: Option<f64>,
}

impl Figure {
    /// So much was done within this time.
    pub fn new(count: u64, took: Duration) -> Self {
        Self { per_second: as_f64(count) / took.as_secs_f64(), cpu_micros: None }
    }
}

/// Somebody who is measured against the first of the contest.
pub struct Contender<'a> {
    pub name: &'a str,
    /// What share of the first is aimed at.
    pub goal: &'a str,
    pub round: Box<dyn FnMut() -> Figure + 'a>,
}

/// Lets each contender run once in each round, and prints the medians. A share above 1 is faster than the first.
pub fn run(title: &str, rounds: usize, mut contenders: Vec<Contender<'_>>) {
    let mut figures = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (contender, figures) in contenders.iter_mut().zip(&mut figures) {
            figures.push((contender.round)());
        }
    }
    println!("\n{title}");
    println!("{:<44} {:>9} {:>7} {:>8} {:>7}  goal", "", "per s", "share", "cpu µs", "share");
    let Some(first) = figures.first().cloned() else { return };
    for (contender, own) in contenders.iter().zip(&figures) {
        // Of each round on its own: whatever else the machine did then, it did to both.
        let rounds = || own.iter().zip(&first);
        let share = median(rounds().map(|(own, first)| own.per_second / first.per_second));
        let cpu = median(own.iter().filter_map(|figure| figure.cpu_micros));
        let cpu_share = median(rounds().filter_map(|(own, first)| Some(first.cpu_micros? / own.cpu_micros?)));
        println!(
            "{:<44} {:>9.0} {share:>7.2} {} {}  {}",
            contender.name,
            median(own.iter().map(|figure| figure.per_second)),
            shown(cpu, 8, 1),
            shown(cpu_share, 7, 2),
            contender.goal,
        );
    }
}

/// Returns the value in the middle; not a number where there is none.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    quantile(&mut values.collect::<Vec<_>>(), 0.5)
}

/// Returns the value that this share of all values does not exceed.
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

#[expect(clippy::cast_precision_loss, reason = "counts of what happens in seconds")]
pub fn as_f64(count: u64) -> f64 {
    count as f64
}

fn shown(value: f64, width: usize, digits: usize) -> String {
    if value.is_nan() { format!("{:>width$}", "") } else { format!("{value:>width$.digits$}") }
}

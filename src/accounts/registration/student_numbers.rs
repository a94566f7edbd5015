//! Student numbers that only one account can have, if the operator has chosen so.

use super::profile::NewProfile;
use crate::accounts::{AccountId, names};
use crate::app::App;
use crate::db::{Query, SWEEP_BATCH_SIZE, Scan, Sql, Tx};
use crate::error::{Code, Problem, Result};
use crate::sentences::say;

/// Serialises the transactions that claim the same number. On SQLite, transactions are serial anyway.
const LOCK: Sql =
    Sql { sqlite: "select 1 where $1 is null", postgres: "select pg_advisory_xact_lock(1937072755, hashtext($1))" };

/// Returns a number as it is compared: without regard to case.
pub fn fold(number: &str) -> String {
    names::fold_case(number)
}

/// Returns the problem of a number that another account has, at the input field `studentNumber`.
pub async fn find_problem(
    app: &App,
    db: impl Query,
    number: Option<&str>,
    account: Option<AccountId>,
) -> Result<Option<Problem>> {
    let Some(number) = number.filter(|_| app.config.admission.unique_student_numbers) else { return Ok(None) };
    let sql = "select exists (select 1 from contact_details where student_number_fold = $1 and user_id <> $2)";
    let (is_taken,): (bool,) = db.one(sql, &[&fold(number), &account.unwrap_or(AccountId(0))]).await?;
    let problem = || Problem::member("studentNumber", Code::Conflict, say::StudentNumberTaken);
    Ok(is_taken.then(problem))
}

/// Like [`find_problem`], in the transaction that stores the number: until its end, no other account can get it.
pub async fn claim(
    app: &App,
    tx: &mut Tx,
    number: Option<&str>,
    account: Option<AccountId>,
) -> Result<Option<Problem>> {
    if let Some(number) = number.filter(|_| app.config.admission.unique_student_numbers) {
        tx.run(LOCK, &[&fold(number)]).await?;
    }
    find_problem(app, &mut *tx, number, account).await
}

/// Takes a number out of a profile if another account has it. For accounts whose owner cannot choose another number now.
pub async fn clear_taken(app: &App, tx: &mut Tx, profile: &mut NewProfile, account: Option<AccountId>) -> Result<()> {
    if claim(app, tx, profile.student_number.as_deref(), account).await?.is_some() {
        profile.student_number = None;
    }
    Ok(())
}

/// A stored number and its folded form, which an earlier version did not store.
#[derive(Debug, sqlx::FromRow)]
struct StoredNumber {
    user_id: AccountId,
    student_number: String,
    student_number_fold: Option<String>,
}

/// Corrects the folded forms of all numbers, in small transactions, and returns how many were wrong. Runs when a node starts,
/// because a node of an earlier version may have stored numbers without them.
pub async fn refold(app: &App) -> Result<usize> {
    let (mut after, mut corrected) = (AccountId(i64::MIN), 0);
    loop {
        let sql = Scan(
            "select user_id, student_number, student_number_fold from contact_details
             where user_id > $1 and student_number is not null order by user_id limit $2",
        );
        let numbers: Vec<StoredNumber> = app.db.all(sql, &[&after, &SWEEP_BATCH_SIZE]).await?;
        let Some(last) = numbers.last() else { return Ok(corrected) };
        after = last.user_id;
        let is_wrong =
            |stored: &StoredNumber| stored.student_number_fold.as_ref() != Some(&fold(&stored.student_number));
        let wrong: Vec<StoredNumber> = numbers.into_iter().filter(is_wrong).collect();
        if wrong.is_empty() {
            continue;
        }
        let mut tx = app.db.write().await?;
        for StoredNumber { user_id, student_number, .. } in &wrong {
            let sql = "update contact_details set student_number_fold = $3 where user_id = $1 and student_number = $2";
            tx.run(sql, &[user_id, student_number, &fold(student_number)]).await?;
        }
        tx.commit().await?;
        corrected += wrong.len();
    }
}

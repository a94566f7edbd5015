//! Student numbers that only one account can have, if the operator has chosen so.

use super::profile::NewProfile;
use crate::accounts::AccountId;
use crate::app::App;
use crate::db::{Query, Sql, Tx};
use crate::error::{Code, Problem, Result};
use crate::sentences::say;

/// Serialises the transactions that claim the same number. On SQLite, transactions are serial anyway.
const LOCK: Sql = Sql {
    sqlite: "select 1 where $1 is null",
    postgres: "select pg_advisory_xact_lock(1937072755, hashtext(lower($1)))",
};

/// Returns the problem of a number that another account has, at the input field `studentNumber`.
pub async fn find_problem(
    app: &App,
    db: impl Query,
    number: Option<&str>,
    account: Option<AccountId>,
) -> Result<Option<Problem>> {
    let Some(number) = number.filter(|_| app.config.admission.unique_student_numbers) else { return Ok(None) };
    let sql = "select exists (
        select 1 from contact_details where lower(student_number) = lower($1) and user_id <> $2)";
    let (is_taken,): (bool,) = db.one(sql, &[&number, &account.unwrap_or(AccountId(0))]).await?;
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
        tx.run(LOCK, &[&number]).await?;
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

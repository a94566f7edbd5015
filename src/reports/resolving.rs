//! Assigning and resolving reports.

use super::store::Decision;
use super::{ModerationAction, Report, ReportId, ReportSubject, store};
use crate::accounts::audit::Cause;
use crate::accounts::staff::NewLock;
use crate::accounts::staff::log::{self, NewStaffAction, StaffActionKind};
use crate::accounts::staff::rules::{self as staff, can_act_on, check_lock_end, check_staff_text};
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::{AccountId, Client, Role, Viewer, mailing};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::messages::{rules as message_rules, store as messages};
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live::Feed;
use crate::mail::{AccountNotice, Letter};
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationKind, NotificationType, Subject, SubjectKind};
use crate::posts::comments::{rules as comment_rules, store as comments};
use crate::posts::{rules as post_rules, store as posts};
use crate::sentences::{Sentence, say};

/// Assigns an open report to a moderator, or to none.
///
/// # Errors
/// `NotFound` or `WrongState` at `reportId`; `NotFound` or `Invalid` at `assigneeId`, where the inner `None` stands for
/// a malformed id.
pub async fn assign_report(
    app: &App,
    viewer: Viewer,
    id: Option<ReportId>,
    assignee: Option<Option<AccountId>>,
) -> Result<Report> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_staff(app, &mut tx, viewer, assignee.flatten()).await?;
    let mut problems = Problems::default();
    let report = problems.check(find_open(&mut tx, id).await?);
    let assignee = match assignee {
        Some(assignee) => problems.check(find_moderator(&mut tx, assignee).await?).map(Some),
        None => Some(None),
    };
    problems.finish()?;
    let (Some(mut report), Some(assignee)) = (report, assignee) else { return Err(not_found().into()) };
    if report.assignee_id == assignee {
        return Ok(report);
    }
    if store::set_assignee(&mut tx, report.id, assignee).await? == 0 {
        return Err(resolved().into());
    }
    report.assignee_id = assignee;
    let action = NewStaffAction {
        report: Some(report.id.0),
        ..NewStaffAction::new(StaffActionKind::ReportAssigned, Some(viewer.account), assignee)
    };
    log::record(app, &mut tx, action).await?;
    effects.append(Feed::MODERATION, report.id.changed());
    app.commit(tx, effects).await?;
    Ok(report)
}

/// The decision of a moderator, as submitted.
#[derive(Debug)]
pub struct Resolution {
    pub report: Option<ReportId>,
    pub actions: Vec<ModerationAction>,
    pub lock_ends_at: Option<Timestamp>,
    pub message: Option<String>,
    pub note: Option<String>,
}

/// Resolves a report and takes the actions, all or none. Of two decisions the first counts.
///
/// # Errors
/// `NotFound`, `WrongState` or `Forbidden` at `reportId`; `Invalid` or `Forbidden` at an action; problems with
/// `lockEndsAt`, `message` and `note`.
pub async fn resolve_report(app: &App, client: &Client, viewer: Viewer, resolution: &Resolution) -> Result<Report> {
    let now = app.clock.now();
    let mut problems = Problems::default();
    let (message, note) = check_form(resolution, now, &mut problems);
    let before = match resolution.report {
        Some(id) => store::by_id(&app.db, id).await?,
        None => None,
    };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_staff(app, &mut tx, viewer, before.as_ref().and_then(|report| report.user_id)).await?;
    let report = problems.check(find_open(&mut tx, resolution.report).await?);
    let Some(report) = report else { return Err(finished(problems)) };
    if report.user_id == Some(viewer.account) {
        let message = say::ReportAboutYourself;
        problems.extend([Problem::member("reportId", Code::Forbidden, message)]);
    }
    let author = match report.user_id {
        Some(author) => accounts::by_id(&mut tx, author).await?,
        None => None,
    };
    for (index, action) in resolution.actions.iter().enumerate() {
        problems.check(check_action(&mut tx, viewer, &report, author.as_ref(), (index, *action)).await?);
    }
    problems.finish()?;

    let actions = ModerationAction::sum(&resolution.actions);
    let decision = Decision { resolver: viewer.account, actions, message: message.clone(), note: note.clone() };
    if store::resolve(&mut tx, report.id, &decision, now).await? == 0 {
        return Err(resolved().into());
    }
    let action = NewStaffAction { note, ..staff_action(viewer, &report, StaffActionKind::ReportResolved) };
    log::record(app, &mut tx, action).await?;
    let lock = NewLock {
        ends_at: resolution.lock_ends_at,
        reason: message.clone(),
        cause: Cause::viewer(viewer, client),
        report: Some(report.id.0),
    };
    for action in ModerationAction::of_sum(actions) {
        take(app, &mut tx, &mut effects, viewer, (&report, author.as_ref()), action, &lock).await?;
    }
    notify(app, &mut tx, &mut effects, viewer, &report, actions, message).await?;
    effects.append(Feed::MODERATION, report.id.changed());
    let report = store::by_id(&mut tx, report.id).await?.ok_or_else(not_found)?;
    app.commit(tx, effects).await?;
    Ok(report)
}

/// Checks what does not depend on the report. Returns message and note.
fn check_form(resolution: &Resolution, now: Timestamp, problems: &mut Problems) -> (Option<String>, Option<String>) {
    let Resolution { actions, lock_ends_at, message, note, .. } = resolution;
    for (index, action) in actions.iter().enumerate() {
        if actions[..index].contains(action) {
            problems.extend([invalid_action(index, say::ActionRepeated)]);
        }
    }
    let locks = actions.contains(&ModerationAction::Lock);
    match lock_ends_at {
        Some(ends_at) if locks => {
            problems.check(check_lock_end("lockEndsAt", *ends_at, now));
        }
        Some(_) => {
            let message = say::LockEndWithoutLock;
            problems.extend([Problem::member("lockEndsAt", Code::Invalid, message)]);
        }
        None => {}
    }
    let needs_message = locks || actions.contains(&ModerationAction::Warn);
    let message = message.as_deref().or_else(|| needs_message.then_some(""));
    let message = problems.check(message.map(|text| check_staff_text("message", text)).transpose()).flatten();
    let note = problems.check(note.as_deref().map(|text| check_staff_text("note", text)).transpose()).flatten();
    (message, note)
}

fn staff_action(viewer: Viewer, report: &Report, kind: StaffActionKind) -> NewStaffAction {
    NewStaffAction { report: Some(report.id.0), ..NewStaffAction::new(kind, Some(viewer.account), report.user_id) }
}

/// Takes one action on a report. `lock` is the lock to set, with the message to the author as its reason.
async fn take(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    viewer: Viewer,
    (report, author): (&Report, Option<&Account>),
    action: ModerationAction,
    lock: &NewLock,
) -> Result<()> {
    match action {
        ModerationAction::Remove => {
            if !remove(app, tx, effects, viewer, report.reported()).await? {
                return Err(deleted_since().into());
            }
            log::record(app, tx, staff_action(viewer, report, StaffActionKind::ContentRemoved)).await?;
        }
        ModerationAction::Warn => {
            let action = staff_action(viewer, report, StaffActionKind::MemberWarned);
            log::record(app, tx, NewStaffAction { note: lock.reason.clone(), ..action }).await?;
        }
        ModerationAction::Lock => {
            if let Some(author) = author {
                staff::set_lock(app, tx, effects, author, lock.clone()).await?;
            }
        }
    }
    Ok(())
}

/// Notifies the author if there were actions, and the members who complained.
async fn notify(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    resolver: Viewer,
    report: &Report,
    actions: i64,
    message: Option<String>,
) -> Result<()> {
    let subject = Subject::new(SubjectKind::Report, report.id);
    if let Some(author) = report.user_id.filter(|_| actions != 0) {
        let notification = NewNotification {
            detail: Some(actions),
            message: message.clone(),
            ..NewNotification::new(NotificationType::Moderation, author, subject)
        };
        notifications::notify(app, tx, effects, &[notification]).await?;
        if let Some(notice) = mailed(&ModerationAction::of_sum(actions), message) {
            mail(app, tx, effects, author, notice).await?;
        }
    }
    let mut reporters = store::reporters_of(tx, report.id).await?;
    // One's own actions cause no notification.
    reporters.retain(|(reporter,)| *reporter != resolver.account);
    let of_reporter = |(reporter,): &(AccountId,)| NewNotification {
        detail: Some(i64::from(actions != 0)),
        ..NewNotification::new(NotificationType::Report, *reporter, subject)
    };
    notifications::notify(app, tx, effects, &reporters.iter().map(of_reporter).collect::<Vec<_>>()).await?;
    let notice = if actions == 0 { AccountNotice::ReportDismissed } else { AccountNotice::ReportUpheld };
    for (reporter,) in reporters {
        mail(app, tx, effects, reporter, notice.clone()).await?;
    }
    Ok(())
}

/// Returns the reason for the mail to the author. A lock sends a mail of its own, with the same message.
fn mailed(taken: &[ModerationAction], message: Option<String>) -> Option<AccountNotice> {
    if taken.contains(&ModerationAction::Lock) {
        None
    } else if taken.contains(&ModerationAction::Remove) {
        Some(AccountNotice::TextRemoved { message })
    } else {
        Some(AccountNotice::Warned { message })
    }
}

/// Mails a member about a decision, if they receive mail about decisions of moderators.
async fn mail(app: &App, tx: &mut Tx, effects: &mut Effects, member: AccountId, notice: AccountNotice) -> Result<()> {
    let Some(account) = accounts::by_id(&mut *tx, member).await? else { return Ok(()) };
    let letter = Letter::Notice { username: account.username.clone(), notice };
    mailing::notify_of_kinds(app, tx, effects, &account, &letter, &[NotificationKind::Moderation]).await
}

/// Checks that an action is possible: there is something to remove, and the moderator can act on the author.
async fn check_action(
    tx: &mut Tx,
    viewer: Viewer,
    report: &Report,
    author: Option<&Account>,
    (index, action): (usize, ModerationAction),
) -> Result<Result<(), Problem>> {
    Ok(match (action, author) {
        (ModerationAction::Remove, _) if exists(tx, report.reported()).await? => Ok(()),
        (ModerationAction::Remove, _) => Err(invalid_action(index, say::NoTextToRemove)),
        (_, Some(author)) if author.role == Role::Guest => Err(invalid_action(index, say::GuestCannotBeLocked)),
        (_, Some(author)) if can_act_on(viewer, author) => Ok(()),
        (_, Some(_)) => Err(Problem::member("actions", Code::Forbidden, say::CannotActOnMember).at(index)),
        (_, None) => Err(invalid_action(index, say::AuthorDeleted)),
    })
}

/// Returns whether the reported message, post or comment exists.
async fn exists(tx: &mut Tx, subject: ReportSubject) -> Result<bool> {
    Ok(match subject {
        ReportSubject::User(_) => false,
        ReportSubject::Post(id) => posts::by_id(tx, id).await?.is_some(),
        ReportSubject::Comment(id) => comments::by_id(tx, id).await?.is_some(),
        ReportSubject::Message(id) => {
            messages::by_id_unfiltered(tx, id).await?.is_some_and(|message| message.deleted_at.is_none())
        }
    })
}

/// Deletes the reported content. Returns false if it was deleted since it was checked.
async fn remove(app: &App, tx: &mut Tx, effects: &mut Effects, viewer: Viewer, subject: ReportSubject) -> Result<bool> {
    match subject {
        ReportSubject::User(_) => Ok(false),
        ReportSubject::Post(id) => match posts::by_id(&mut *tx, id).await? {
            Some(post) => post_rules::remove(app, tx, effects, &post).await,
            None => Ok(false),
        },
        ReportSubject::Comment(id) => match comments::by_id(&mut *tx, id).await? {
            Some(comment) => comment_rules::remove(app, tx, effects, &comment).await,
            None => Ok(false),
        },
        ReportSubject::Message(id) => match messages::by_id_unfiltered(&mut *tx, id).await? {
            Some(message) => Ok(message_rules::remove(app, tx, effects, viewer.account, &message).await?.is_some()),
            None => Ok(false),
        },
    }
}

/// Locks the accounts of the moderator and of another user until the end of the transaction, in the order of their ids.
///
/// # Errors
/// Forbidden if the moderator has lost the role.
async fn lock_staff(app: &App, tx: &mut Tx, viewer: Viewer, other: Option<AccountId>) -> Result<()> {
    let other = other.unwrap_or(viewer.account);
    for id in [viewer.account.min(other), viewer.account.max(other)] {
        accounts::lock(tx, id).await?;
    }
    staff::check_staff(app, tx, viewer).await
}

async fn find_open(tx: &mut Tx, id: Option<ReportId>) -> Result<Result<Report, Problem>> {
    let report = match id {
        Some(id) => store::by_id(tx, id).await?,
        None => None,
    };
    Ok(match report {
        Some(report) if report.resolved_at.is_some() => Err(resolved()),
        Some(report) => Ok(report),
        None => Err(not_found()),
    })
}

async fn find_moderator(tx: &mut Tx, id: Option<AccountId>) -> Result<Result<AccountId, Problem>> {
    let account = match id {
        Some(id) => accounts::by_id(tx, id).await?.filter(|account| account.role != Role::Guest),
        None => None,
    };
    Ok(match account {
        Some(account) if matches!(account.role, Role::Moderator | Role::Admin) => Ok(account.id),
        Some(_) => Err(Problem::member("assigneeId", Code::Invalid, say::NotAModerator)),
        None => Err(Problem::member("assigneeId", Code::NotFound, say::NoSuchMember)),
    })
}

fn finished(problems: Problems) -> Error {
    problems.finish().err().unwrap_or_else(|| not_found().into())
}

fn not_found() -> Problem {
    Problem::member("reportId", Code::NotFound, say::NoSuchReport)
}

fn resolved() -> Problem {
    Problem::member("reportId", Code::WrongState, say::ReportResolved)
}

fn deleted_since() -> Problem {
    Problem::member("reportId", Code::Conflict, say::ReportedTextDeleted)
}

fn invalid_action(index: usize, message: impl Into<Sentence>) -> Problem {
    Problem::member("actions", Code::Invalid, message).at(index)
}

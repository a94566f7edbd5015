//! The log of what moderators and admins do. Each action is recorded in its own transaction, and the database refuses
//! to change or delete it.

use crate::accounts::{AccountId, Role, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Texts, Tx, count_rows};
use crate::page::Page;

crate::global_ids! {
    StaffActionId => "sta",
}

/// The id of a staff action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct StaffActionId(pub i64);

impl From<StaffActionId> for i64 {
    fn from(id: StaffActionId) -> Self {
        id.0
    }
}

/// The kind of a staff action. New values can be added at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum StaffActionKind {
    /// A message, post or comment of another user was deleted.
    ContentRemoved,
    /// The session of a guest was ended.
    GuestRemoved,
    /// An invitation of another member was revoked.
    InvitationRevoked,
    /// A member was locked.
    MemberLocked,
    /// A member was unlocked before the end of the lock.
    MemberUnlocked,
    /// A member was warned.
    MemberWarned,
    /// A registration was approved.
    RegistrationApproved,
    /// A registration was declined.
    RegistrationDeclined,
    /// A report was assigned to a moderator, or to none.
    ReportAssigned,
    /// A report was resolved.
    ReportResolved,
    /// The role of a member was changed.
    RoleChanged,
    /// A topic of another member was changed, archived or deleted.
    TopicChanged,
}

crate::db::text_enum!(StaffActionKind {
    ContentRemoved => "content_removed",
    GuestRemoved => "guest_removed",
    InvitationRevoked => "invitation_revoked",
    MemberLocked => "member_locked",
    MemberUnlocked => "member_unlocked",
    MemberWarned => "member_warned",
    RegistrationApproved => "registration_approved",
    RegistrationDeclined => "registration_declined",
    ReportAssigned => "report_assigned",
    ReportResolved => "report_resolved",
    RoleChanged => "role_changed",
    TopicChanged => "topic_changed",
});

impl StaffActionKind {
    pub const ALL: [Self; 12] = [
        Self::ContentRemoved,
        Self::GuestRemoved,
        Self::InvitationRevoked,
        Self::MemberLocked,
        Self::MemberUnlocked,
        Self::MemberWarned,
        Self::RegistrationApproved,
        Self::RegistrationDeclined,
        Self::ReportAssigned,
        Self::ReportResolved,
        Self::RoleChanged,
        Self::TopicChanged,
    ];
}

/// A staff action that is about to be recorded.
#[derive(Clone, Debug)]
pub struct NewStaffAction {
    pub kind: StaffActionKind,
    /// `None` for the command line.
    pub actor: Option<AccountId>,
    /// The member or guest concerned.
    pub user: Option<AccountId>,
    pub report: Option<i64>,
    pub note: Option<String>,
    pub role: Option<Role>,
    pub lock_ends_at: Option<Timestamp>,
}

impl NewStaffAction {
    pub fn new(kind: StaffActionKind, actor: Option<AccountId>, user: Option<AccountId>) -> Self {
        Self { kind, actor, user, report: None, note: None, role: None, lock_ends_at: None }
    }
}

/// A recorded staff action.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StaffAction {
    pub id: StaffActionId,
    pub kind: StaffActionKind,
    pub actor_id: Option<AccountId>,
    pub user_id: Option<AccountId>,
    pub report_id: Option<i64>,
    pub note: Option<String>,
    pub role: Option<Role>,
    pub lock_ends_at: Option<Timestamp>,
    pub happened_at: Timestamp,
}

/// Which staff actions to list.
#[derive(Clone, Debug, Default)]
pub struct StaffActionFilter {
    pub actor: Option<AccountId>,
    pub user: Option<AccountId>,
    /// Empty for all.
    pub kinds: Vec<StaffActionKind>,
}

/// Records an action, in its own transaction.
pub async fn record(app: &App, tx: &mut Tx, action: NewStaffAction) -> Result<()> {
    let NewStaffAction { kind, actor, user, report, note, role, lock_ends_at } = action;
    // The log has the order of the actions, whatever the clock says.
    let (latest,): (Option<Timestamp>,) = tx.one("select max(happened_at) from staff_actions", &[]).await?;
    let now = app.clock.now();
    let happened_at = latest.map_or(now, |latest| now.after(latest));
    tx.run(
        "insert into staff_actions (id, kind, actor_id, user_id, report_id, note, role, lock_ends_at, happened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[&app.clock.new_id(), &kind, &actor, &user, &report, &note, &role, &lock_ends_at, &happened_at],
    )
    .await?;
    Ok(())
}

/// Records that a moderator deleted content of another user.
pub async fn record_removal(app: &App, tx: &mut Tx, moderator: Viewer, author: Option<AccountId>) -> Result<()> {
    record(app, tx, NewStaffAction::new(StaffActionKind::ContentRemoved, Some(moderator.account), author)).await
}

/// Selects the actions by `$1`, concerning `$2`, of the kinds `$3`; null restricts nothing. Kinds of a newer version of this
/// program are not listed.
macro_rules! select {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from staff_actions
              where ($1 is null or actor_id = $1) and ($2 is null or user_id = $2)
                and kind in (select value from json_each($3)) ",
            $rest
        )
    };
}

macro_rules! select_page {
    ($order:literal) => {
        select!("id, kind, actor_id, user_id, report_id, note, role, lock_ends_at, happened_at", $order)
    };
}

fn kinds_of(filter: &StaffActionFilter) -> Texts {
    let kinds = if filter.kinds.is_empty() { &StaffActionKind::ALL[..] } else { &filter.kinds };
    Texts::new(kinds.iter().map(|kind| kind.as_str()))
}

/// Loads a page of the log, newest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    filter: &StaffActionFilter,
    page: &Page<(Timestamp, StaffActionId)>,
) -> Result<Vec<StaffAction>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MAX), StaffActionId(i64::MAX)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MIN), StaffActionId(i64::MIN)));
    let sql = if page.is_backward {
        select_page!(
            "and (happened_at, id) < ($4, $5) and (happened_at, id) > ($6, $7) order by happened_at, id limit $8"
        )
    } else {
        select_page!(
            "and (happened_at, id) < ($4, $5) and (happened_at, id) > ($6, $7)
             order by happened_at desc, id desc limit $8"
        )
    };
    let kinds = kinds_of(filter);
    db.all(Scan(sql), &[&filter.actor, &filter.user, &kinds, &after, &after_id, &before, &before_id, &page.limit()])
        .await
}

pub async fn count(db: impl Query, filter: &StaffActionFilter) -> Result<i64> {
    let (count,): (i64,) =
        db.one(count_rows!(select!("1", "")), &[&filter.actor, &filter.user, &kinds_of(filter)]).await?;
    Ok(count)
}

pub async fn by_ids(db: impl Query, ids: &[StaffActionId]) -> Result<Vec<StaffAction>> {
    let sql = select_page!("and id in (select value from json_each($4))");
    let all = StaffActionFilter::default();
    db.all(sql, &[&all.actor, &all.user, &kinds_of(&all), &List::new(ids.iter().copied())]).await
}

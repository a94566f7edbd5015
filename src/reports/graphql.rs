//! GraphQL for reports: complaints of members and guests, and the queue of moderators.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, MaybeUndefined, Object, SimpleObject, Union};

use super::resolving::{self, Resolution};
use super::{Complaint, ModerationAction, Report, ReportFilter, ReportId, ReportStatus, ReportSubject, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::messages::graphql::message_for_moderators;
use crate::conversations::messages::{Message, MessageId};
use crate::error::{Error, Result};
use crate::files::File;
use crate::files::graphql::FilesOf;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{
    Connection, ContextExt, DateTime, EdgeError, GlobalId, Nullable, PageArguments, Payload, Recurring, UserError,
    nullable, recurring,
};
use crate::images::Image;
use crate::images::graphql::ImagesOf;
use crate::posts::comments::graphql::comment_for_moderators;
use crate::posts::comments::{Comment, CommentId};
use crate::posts::graphql::post_for_moderators;
use crate::posts::{Post, PostId};
use crate::profiles::User;
use crate::profiles::graphql::user_for_moderators;

/// A page of reports.
pub type ReportConnection = Connection<Report>;

/// How many statuses a filter can name.
const MAX_STATUSES: usize = 3;

/// Which reports to return.
#[derive(InputObject)]
#[graphql(name = "ReportFilter")]
pub struct ReportFilterInput {
    /// Reports that this moderator works on.
    assignee_id: Option<ID>,
    /// Reports with one of these statuses; at most 3.
    statuses: Option<Vec<ReportStatus>>,
    /// Reports about this user or their content.
    user_id: Option<ID>,
}

/// An account that no report names, for a malformed id.
const NO_ACCOUNT: AccountId = AccountId(0);

impl ReportFilterInput {
    fn read(self) -> Result<ReportFilter> {
        let statuses = self.statuses.unwrap_or_default();
        if statuses.len() > MAX_STATUSES {
            return Err(Error::BadInput(format!("`statuses` has more than {MAX_STATUSES} elements.")));
        }
        let account = |id: ID| AccountId::from_global(&id).unwrap_or(NO_ACCOUNT);
        Ok(ReportFilter { assignee: self.assignee_id.map(account), user: self.user_id.map(account), statuses })
    }
}

/// Loads a page of reports.
///
/// # Errors
/// Forbidden for members who are not moderators; bad input for too many statuses.
pub async fn reports(
    context: &Context<'_>,
    filter: Option<ReportFilterInput>,
    page: PageArguments,
) -> Result<ReportConnection> {
    context.moderator()?;
    let page = page.read::<(Timestamp, ReportId)>(context)?;
    let filter = filter.map(ReportFilterInput::read).transpose()?.unwrap_or_default();
    let (rows, total) = rules::reports(context.app(), &filter, &page).await?;
    Ok(ReportConnection::new(&page, rows, total, |report: &Report| (report.last_complaint_at, report.id)))
}

/// Loads reports.
struct ReportById;

impl Loaded for ReportById {
    type Key = ReportId;
    type Value = Report;

    async fn load(app: &App, ids: &[ReportId]) -> Result<HashMap<ReportId, Report>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|report| (report.id, report)).collect())
    }
}

/// Loads a report; `None` if it does not exist, and for callers who are not moderators.
pub async fn visible_report(context: &Context<'_>, id: ReportId) -> Result<Option<Report>> {
    if context.moderator().is_err() {
        return Ok(None);
    }
    context.load::<ReportById>(id).await
}

/// Loads the latest complaints of reports.
struct ComplaintsOf;

impl Loaded for ComplaintsOf {
    type Key = ReportId;
    type Value = Vec<Complaint>;

    async fn load(app: &App, ids: &[ReportId]) -> Result<HashMap<ReportId, Vec<Complaint>>> {
        let mut complaints: HashMap<ReportId, Vec<Complaint>> = HashMap::new();
        for complaint in store::complaints_of(&app.db, ids).await? {
            complaints.entry(complaint.report_id).or_default().push(complaint);
        }
        Ok(complaints)
    }
}

/// Counts the complaints of reports.
struct ComplaintCount;

impl Loaded for ComplaintCount {
    type Key = ReportId;
    type Value = i64;

    async fn load(app: &App, ids: &[ReportId]) -> Result<HashMap<ReportId, i64>> {
        Ok(store::complaint_counts(&app.db, ids).await?.into_iter().collect())
    }
}

/// The reported object. Clients must accept types that are added later.
#[derive(Clone, Debug, Union)]
#[graphql(name = "ReportSubject")]
pub enum ReportSubjectObject {
    Comment(Comment),
    Message(Message),
    Post(Post),
    User(User),
}

/// The complaints about one message, post, comment or user until they are resolved. A later complaint opens a new report.
#[Object]
impl Report {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The moderator who works on the report; null if there is none.
    async fn assignee(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(user_for_moderators(context, self.assignee_id).await)
    }

    /// The number of members and guests who complained.
    async fn complaint_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(context.load::<ComplaintCount>(self.id).await?.unwrap_or_default())
    }

    /// The complaints, latest first; at most 20.
    async fn complaints(&self, context: &Context<'_>) -> Result<Vec<Complaint>, EdgeError> {
        Ok(context.load::<ComplaintsOf>(self.id).await?.unwrap_or_default())
    }

    /// The content as it was at the first complaint; null 30 days after the report was resolved.
    fn copy(&self, context: &Context<'_>) -> Option<ReportCopy> {
        let username = self.copied_username(context.app().clock.now())?.to_owned();
        Some(ReportCopy { report: self.id, text: self.copied_text.clone(), username })
    }

    /// When the first complaint was made.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// The decision; null until the report is resolved.
    fn resolution(&self) -> Option<ReportResolution> {
        Some(ReportResolution {
            actions: ModerationAction::of_sum(self.actions),
            message: self.message.clone(),
            note: self.note.clone(),
            resolved_at: self.resolved_at?.into(),
            resolver: self.resolver_id,
        })
    }

    /// The status.
    fn status(&self) -> ReportStatus {
        self.current_status()
    }

    /// The content as it is now; null once it is deleted. Moderators who are no members of its conversation see no other
    /// message of it.
    async fn subject(&self, context: &Context<'_>) -> Nullable<ReportSubjectObject> {
        nullable(
            async {
                Ok(match self.reported() {
                    ReportSubject::Comment(id) => {
                        comment_for_moderators(context, id).await?.map(ReportSubjectObject::Comment)
                    }
                    ReportSubject::Message(id) => {
                        message_for_moderators(context, id).await?.map(ReportSubjectObject::Message)
                    }
                    ReportSubject::Post(id) => post_for_moderators(context, id).await?.map(ReportSubjectObject::Post),
                    ReportSubject::User(id) => {
                        user_for_moderators(context, Some(id)).await?.map(ReportSubjectObject::User)
                    }
                })
            }
            .await,
        )
    }

    /// The author of the content, or the reported user; null once the account is deleted.
    async fn user(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(user_for_moderators(context, self.user_id).await)
    }
}

/// The complaint of one member or guest.
#[Object]
impl Complaint {
    /// When the complaint was last made.
    fn created_at(&self) -> DateTime {
        self.made_at.into()
    }

    /// The reason: 1 to 500 characters, with line breaks.
    fn reason(&self) -> &str {
        &self.reason
    }

    /// The member or guest who complained; null once the account is deleted.
    async fn reporter(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(user_for_moderators(context, self.reporter_id).await)
    }
}

/// Reported content as it was at the first complaint.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
struct ReportCopy {
    #[graphql(skip)]
    report: ReportId,
    /// The text, of a user the `about`; null if there was none.
    text: Option<String>,
    /// The username of the author.
    username: String,
}

#[ComplexObject]
impl ReportCopy {
    /// The attached images, of a user the avatar; at most 4.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        Ok(context.load::<ImagesOf>(Report::file_use(self.report).into()).await?.unwrap_or_default())
    }

    /// The attached files; at most 4.
    async fn files(&self, context: &Context<'_>) -> Result<Vec<File>, EdgeError> {
        Ok(context.load::<FilesOf>(Report::file_use(self.report)).await?.unwrap_or_default())
    }
}

/// The decision on a report.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
struct ReportResolution {
    /// The actions taken; empty if the report was dismissed.
    actions: Vec<ModerationAction>,
    /// The message to the author, with line breaks; null if there is none.
    message: Option<String>,
    /// The note for moderators, with line breaks; null if there is none.
    note: Option<String>,
    /// When the report was resolved.
    resolved_at: DateTime,
    #[graphql(skip)]
    resolver: Option<AccountId>,
}

#[ComplexObject]
impl ReportResolution {
    /// The moderator who resolved it; null once the account is deleted.
    async fn resolver(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(user_for_moderators(context, self.resolver).await)
    }
}

/// The input of `reportContent`.
#[derive(InputObject)]
struct ReportContentInput {
    /// The global id of a message, a post, a comment or a user.
    id: ID,
    /// The reason: 1 to 500 characters after trimming, with line breaks.
    reason: String,
}

/// The moderator to assign a report to.
#[derive(InputObject)]
struct AssignReportInput {
    /// A moderator or admin. Null unassigns the report.
    assignee_id: MaybeUndefined<ID>,
    /// The report.
    report_id: ID,
}

/// The decision on a report.
#[derive(InputObject)]
struct ResolveReportInput {
    /// The actions, each at most once. An empty list dismisses the report.
    actions: Vec<ModerationAction>,
    /// With `LOCK` only: when the lock ends, in the future. Without it the lock has no end.
    lock_ends_at: Option<DateTime>,
    /// The message to the author: 1 to 1,000 characters after trimming, line breaks allowed. Required with `WARN` and
    /// `LOCK`.
    message: Option<String>,
    /// A note for moderators: 1 to 1,000 characters after trimming, line breaks allowed.
    note: Option<String>,
    /// The report.
    report_id: ID,
}

/// The result of `reportContent`.
#[derive(Default, SimpleObject)]
struct ReportContentPayload {
    /// True if the report was stored; false when there are user errors.
    is_reported: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `assignReport`.
#[derive(Default, SimpleObject)]
struct AssignReportPayload {
    /// The report as it is now; null when there are user errors.
    report: Option<Report>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `resolveReport`.
#[derive(Default, SimpleObject)]
struct ResolveReportPayload {
    /// The report as it is now; null when there are user errors: no action was taken then.
    report: Option<Report>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ReportContentPayload, AssignReportPayload, ResolveReportPayload);

#[derive(Debug, Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Reports a message, a post, a comment or a user to the moderators. No other user is notified. Reporting the same
    /// object again changes the reason. A block does not prevent a report of users who share a conversation, a booking or
    /// the lobby with the viewer, nor of their messages and posts. A user can send 20 reports an hour and 1,000 in total.
    /// Codes: `INVALID`, `NOT_FOUND`, `QUOTA_EXCEEDED`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn report_content(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The reported object and the reason.")] input: ReportContentInput,
    ) -> Nullable<ReportContentPayload> {
        let outcome = async {
            let id = &input.id;
            let user = AccountId::from_global(id).map(ReportSubject::User);
            let post = PostId::from_global(id).map(ReportSubject::Post);
            let comment = || CommentId::from_global(id).map(ReportSubject::Comment);
            let subject =
                user.or(post).or_else(comment).or_else(|| MessageId::from_global(id).map(ReportSubject::Message));
            rules::report_content(context.app(), context.signed_in()?, subject, &input.reason).await
        };
        Payload::answer(outcome.await, |()| ReportContentPayload {
            is_reported: true,
            ..ReportContentPayload::default()
        })
    }

    /// Assigns a report to a moderator, or to none. `WRONG_STATE` if it is resolved. Codes: `INVALID`, `NOT_FOUND`,
    /// `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn assign_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The report and the moderator.")] input: AssignReportInput,
    ) -> Nullable<AssignReportPayload> {
        let report = ReportId::from_global(&input.report_id);
        let assignee = match &input.assignee_id {
            MaybeUndefined::Value(id) => Some(AccountId::from_global(id)),
            MaybeUndefined::Null | MaybeUndefined::Undefined => None,
        };
        let outcome = async { resolving::assign_report(context.app(), context.moderator()?, report, assignee).await };
        Payload::answer(outcome.await, |report| AssignReportPayload {
            report: Some(report),
            ..AssignReportPayload::default()
        })
    }

    /// Resolves a report and takes the actions, all or none. Of two decisions the first counts: the second is
    /// `WRONG_STATE`. Codes: `CONFLICT`, `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn resolve_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The decision.")] input: ResolveReportInput,
    ) -> Nullable<ResolveReportPayload> {
        let resolution = Resolution {
            report: ReportId::from_global(&input.report_id),
            actions: input.actions,
            lock_ends_at: input.lock_ends_at.map(|at| at.0),
            message: input.message,
            note: input.note,
        };
        let client = context.caller().client();
        let outcome =
            async { resolving::resolve_report(context.app(), &client, context.moderator()?, &resolution).await };
        Payload::answer(outcome.await, |report| ResolveReportPayload {
            report: Some(report),
            ..ResolveReportPayload::default()
        })
    }
}

//! Moderation: the queue of reports, locks, roles, and the log of staff actions.

mod live;
mod locks;
mod log;
mod reports;
mod roles;

use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};

use crate::support::people::Response;
use crate::support::{Campus, Person};

const REPORTS: &str = "query R($filter: ReportFilter, $first: Int, $after: String) {
    moderation { reports(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { endCursor hasNextPage }
        nodes {
            id status complaintCount createdAt
            complaints { reason createdAt reporter { username } }
            copy { text username images { id } files { id } }
            assignee { username }
            user { username }
            subject { __typename ... on Reactable { text } ... on Message { conversation { id } replyTo { id } } }
            resolution { actions message note resolver { username } }
        }
    } }
}";

const ACTIONS: &str = "query A($filter: StaffActionFilter) {
    moderation { staffActions(filter: $filter, first: 50) { totalCount nodes {
        kind text note actor { username } user { username } report { id }
    } } }
}";

const RESOLVE: &str = "mutation($input: ResolveReportInput!) {
    resolveReport(input: $input) {
        report { id status resolution { actions } } userErrors { code message path retryAt }
    }
}";

const ASSIGN: &str = "mutation($input: AssignReportInput!) {
    assignReport(input: $input) { report { status assignee { username } } userErrors { code message path } }
}";

const LOCK: &str = "mutation($input: LockMemberInput!) {
    lockMember(input: $input) {
        user { username moderation { isLocked lockEndsAt lockReason role viewerCanLock viewerCanSetRole } }
        userErrors { code message path }
    }
}";

const UNLOCK: &str = "mutation($input: UnlockMemberInput!) {
    unlockMember(input: $input) { user { moderation { isLocked } } userErrors { code message path } }
}";

const SET_ROLE: &str = "mutation($input: SetRoleInput!) {
    setRole(input: $input) { user { moderation { role } } userErrors { code message path } }
}";

impl Person {
    /// Complains about an object.
    async fn report(&self, id: &Value, reason: &str) {
        let report = "mutation($input: ReportContentInput!) {
            reportContent(input: $input) { isReported userErrors { code path } }
        }";
        let answer = self.execute(report, json!({ "input": { "id": id, "reason": reason } })).await;
        assert_eq!(answer.field("reportContent"), json!({ "isReported": true, "userErrors": [] }));
    }

    /// The queue of reports.
    async fn reports(&self, filter: Value) -> Vec<Value> {
        let page = self.execute(REPORTS, json!({ "filter": filter })).await.field("moderation")["reports"].clone();
        let nodes = page["nodes"].as_array().expect("a list").clone();
        assert_eq!(page["totalCount"], nodes.len());
        nodes
    }

    /// The only open report.
    async fn open_report(&self) -> Value {
        let reports = self.reports(json!({ "statuses": ["OPEN", "ASSIGNED"] })).await;
        assert_eq!(reports.len(), 1, "{reports:?}");
        reports[0].clone()
    }

    /// The log, newest first.
    async fn staff_actions(&self, filter: Value) -> Vec<Value> {
        let page = self.execute(ACTIONS, json!({ "filter": filter })).await.field("moderation")["staffActions"].clone();
        let nodes = page["nodes"].as_array().expect("a list").clone();
        assert_eq!(page["totalCount"], nodes.len());
        nodes
    }

    async fn staff_kinds(&self) -> Vec<String> {
        let kind = |action: &Value| action["kind"].as_str().expect("a kind").to_owned();
        self.staff_actions(json!({})).await.iter().map(kind).collect()
    }

    async fn resolve(&self, input: Value) -> Response {
        self.execute(RESOLVE, json!({ "input": input })).await
    }

    /// Removes an object, as a moderator, after another member has reported it.
    pub async fn remove_reported(&self, reporter: &Self, id: &Value) {
        reporter.report(id, "Rude").await;
        let report = self.open_report().await["id"].clone();
        let refused = self.resolve(json!({ "reportId": report, "actions": ["REMOVE"] })).await;
        assert_eq!(refused.refusals("resolveReport"), [""; 0]);
    }

    async fn assign(&self, input: Value) -> Response {
        self.execute(ASSIGN, json!({ "input": input })).await
    }

    async fn lock(&self, input: Value) -> Response {
        self.execute(LOCK, json!({ "input": input })).await
    }

    async fn unlock(&self, input: Value) -> Response {
        self.execute(UNLOCK, json!({ "input": input })).await
    }

    async fn set_role(&self, input: Value) -> Response {
        self.execute(SET_ROLE, json!({ "input": input })).await
    }
}

impl Campus {
    /// A new member who is an admin.
    async fn admin(&self, username: &str) -> Person {
        let person = self.member(username).await;
        staff::set_role(&self.app, username, Role::Admin).await.expect("a member");
        person
    }
}

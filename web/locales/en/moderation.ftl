nav-moderation = Moderation
nav-openReports =
    { $count ->
        [one] { $count } open report
       *[other] { $count } open reports
    }

moderation-reports = Reports
moderation-log = Log
moderation-show = Show
moderation-undecided = To decide
moderation-unassigned = Unassigned
moderation-mine = Mine
moderation-decided = Decided
moderation-all = All
moderation-none = No reports here
moderation-noneText = New reports appear by themselves.
moderation-kind = Action
moderation-anyKind = All actions
moderation-onlyMine = Only my actions
moderation-noActions = No actions yet
moderation-operator = The operator
moderation-report = Report

report-about = Report: { $kind }
report-Message = Message
report-Post = Post
report-Comment = Comment
report-User = Profile
report-content = Deleted content
report-OPEN = Open
report-ASSIGNED = Assigned
report-RESOLVED = Decided
report-complaints =
    { $count ->
        [one] { $count } complaint
       *[other] { $count } complaints
    }
report-more =
    { $count ->
        [one] { $count } older complaint is not shown.
       *[other] { $count } older complaints are not shown.
    }
report-own = This report is about you. Another moderator decides.
report-assignee = Assigned to
report-noAssignee = No one works on this yet.
report-assignMe = Assign to me
report-unassign = Unassign
report-assigned = The report is yours.
report-unassigned = The report is no longer assigned.
report-copy = Content when it was reported
report-copyText = Kept as it was at the first complaint. Author: { $username }.
report-copyGone = The copy is deleted 30 days after the decision.
report-noText = No text.
report-deleted = The content has been deleted since.
report-now = Content now
report-open = Open in its place
report-author = Author
report-decide = Decide
report-decision = Decision
report-actions = Actions
report-noActions = The content is gone, and you can’t act on its author.
report-do-REMOVE = Delete the content
report-do-WARN = Warn the author
report-do-LOCK = Lock the author’s account
report-did-REMOVE = Content deleted
report-did-WARN = Author warned
report-did-LOCK = Account locked
report-dismissed = No action
report-message = Message to the author
report-messageHint = The author reads it. Your name isn’t shown.
report-note = Note for moderators
report-noteHint = Only moderators see it, in the log.
report-dismissHint = Without an action, the report is dismissed. Those who complained are notified.
report-dismiss = Dismiss report
report-resolve = Take these actions
report-resolved = Decision saved.
report-resolver = Decided by

staff-REPORT_RESOLVED = Report decided
staff-REPORT_ASSIGNED = Report assigned
staff-CONTENT_REMOVED = Content deleted
staff-MEMBER_WARNED = Member warned
staff-MEMBER_LOCKED = Member locked
staff-MEMBER_UNLOCKED = Member unlocked
staff-ROLE_CHANGED = Role changed
staff-GUEST_REMOVED = Guest removed
staff-TOPIC_CHANGED = Topic changed
staff-INVITATION_REVOKED = Invitation revoked
staff-REGISTRATION_APPROVED = Registration approved
staff-REGISTRATION_DECLINED = Registration declined

member-open = Moderate account
member-reports = Reports about this account
member-actions = Actions on this account
member-locked = Locked
member-lockedUntil = Locked until { $time }

role-GUEST = Guest
role-MEMBER = Member
role-MODERATOR = Moderator
role-ADMIN = Admin
role-label = Role
role-change = Change role
role-title = Role of { $name }
role-text = Moderators decide on reports and delete content. Admins also change roles. The change applies at once.

lock-do = Lock account
lock-change = Change lock
lock-title = Lock the account of { $name }?
lock-text = All sessions end, and logging in is refused. Without an end, upcoming bookings are cancelled too.
lock-reason = Reason of the lock
lock-reasonHint = The member receives it by email.
lock-duration = Duration of the lock
lock-untilDate = Until a date
lock-date = Last day of the lock
lock-forever = Without an end
lock-done = { $name } is locked.
lock-undo = Unlock account
lock-undoTitle = Unlock the account of { $name }?
lock-undone = { $name } is unlocked.

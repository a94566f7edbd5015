### What moderators and admins did, and what stays after the deletion of an account.

staff-operator = The operator
staff-former-moderator = A former moderator
staff-some-user = a user
staff-former-user = a former user
staff-content-removed = { $actor } removed a text of { $user }.
staff-guest-removed = { $actor } removed the guest { $user } from the lobby.
staff-invitation-revoked = { $actor } revoked an invitation of { $user }.
staff-member-locked-until = { $actor } locked { $user } until { $end }.
staff-member-locked = { $actor } locked { $user } without an end.
staff-member-unlocked = { $actor } unlocked { $user }.
staff-member-warned = { $actor } warned { $user }.
staff-registration-approved = { $actor } approved the registration of { $user }.
staff-registration-declined = { $actor } declined a registration.
staff-report-unassigned = { $actor } unassigned a report.
staff-report-assigned = { $actor } assigned a report to { $user }.
staff-report-resolved = { $actor } resolved a report about { $user }.
staff-role-changed = { $actor } changed the role of { $user } to { $role }.
staff-topic-changed = { $actor } changed a topic of { $user }.
role-member = member
role-moderator = moderator
role-admin = admin
role-guest = guest

bookings-kept = Bookings stay for the other participant, without your name.
files-kept = Files of a reported text stay with the report, until 30 days after the moderators' decision.
images-kept = Images of a reported text stay with the report, until 30 days after the moderators' decision.
messages-kept = Messages stay for the other members of the conversation, without your name.
reports-kept = Moderators need reports about content to decide on them.
sessions-kept = Logins and changes of the account stay in the operator's log for a limited time, without your name and IP address.
topics-kept = Topics stay for the mentors and students who use them, without your name.

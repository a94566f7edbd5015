signUp-needed = An invitation is required
signUp-neededText = To join this campus, you need an invitation. Open the link of your invitation, or ask a member to invite you.
signUp-invitation = Your invitation
signUp-invitationHint = The link, or the code at its end.
signUp-invited = You have been invited. Create your account to join.
signUp-dropInvitation = Continue without this invitation
signUp-approval = A moderator approves each new account.
signUp-note = Note for the moderators
signUp-noteHint = Tell them who you are.
signUp-mailedApproval = We sent a link to { $email }. Open it to confirm your address. Then a moderator decides, and you get an email.
signUp-sent = Registration sent
signUp-sentText = A moderator decides about your registration, and you get an email at { $email }. If it contains a link to confirm your address, open it first.

confirm-waitText = If you have just registered, a moderator now decides about your account. You get an email then.

problem-APPROVAL_PENDING = Your registration waits for the approval of a moderator. You’ll get an email then.
problem-INVITATION_REQUIRED = You need an invitation to register here. Open its link.
problem-INVITATION_UNUSABLE = This invitation is used up, expired or revoked, or is for another email address. Ask for a new one.

settings-invitations = Invitations

invitation-new = Invite someone
invitation-text = An invitation lets people register here.
invitation-way = Kind of invitation
invitation-byLink = Link
invitation-byEmail = Email
invitation-emailHint = We send the invitation there. Only this address can use it.
invitation-maxUses = How many people can use it
invitation-maxUsesHint = From 1 to 500.
invitation-validFor = Valid for
invitation-note = Note
invitation-noteHint = For you and the moderators.
invitation-create = Create link
invitation-send = Send invitation
invitation-sent = Invitation sent to { $email }.
invitation-once = Copy the link now: it’s shown only once. Everyone who has it can register.
invitation-copy = Copy link
invitation-list = Invitations
invitation-link = Link
invitation-usable = Valid
invitation-used = Used up
invitation-expired = Expired
invitation-revoked = Revoked
invitation-uses = Accounts: { $count } of { $max }
invitation-until = valid until { $time }
invitation-revoke = Revoke
invitation-revokeOne = Revoke: { $name }
invitation-revokeTitle = Revoke this invitation?
invitation-revokeText = It can no longer be used. Accounts that were created with it stay.
invitation-revokedNow = Invitation revoked.
invitation-none = You haven’t invited anyone yet.
invitation-noneOfAll = No invitations yet
invitation-notYours = You can’t create invitations

nav-openRegistrations =
    { $count ->
        [one] { $count } registration to decide
       *[other] { $count } registrations to decide
    }

moderation-registrations = Registrations
moderation-invitations = Invitations

registration-none = No registrations waiting
registration-noneText = New ones appear by themselves.
registration-approve = Approve
registration-approveOne = Approve the registration of { $name }
registration-approved = { $name } now has an account.
registration-decline = Decline
registration-declineOne = Decline the registration of { $name }
registration-declineTitle = Decline the registration of { $name }?
registration-declineText = All data of the registration is deleted.
registration-reason = Reason
registration-reasonHint = It’s part of the email that we send.
registration-declined = The registration of { $name } was declined.

notice-dataExport = The copy of your data is ready
notice-waitlist = A seat is free for you: { $topic }, { $time }
notice-CONFLICT = Conflict with your calendar: { $topic } with { $name }, { $time }

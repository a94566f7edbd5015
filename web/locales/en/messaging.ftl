messages-none = No conversations yet
messages-noneText = Start a new one, or message someone from their profile.
messages-choose = Select a conversation
messages-chooseText = Or start a new one.
messages-list = Conversations
messages-new = New conversation
messages-newShort = New
messages-addPeople = Add people
messages-addPeopleHint = One person, or up to 49 for a group.
messages-start = Start conversation
messages-selected = Selected people
messages-add = Add

thread-title = Conversation with { $names }
thread-log = Messages
thread-memberCount =
    { $count ->
        [one] { $count } member
       *[other] { $count } members
    }
thread-members = Members
thread-leave = Leave group
thread-leaveText = You no longer receive its messages.
thread-actions = Conversation actions
thread-earlier = Load earlier messages
thread-later = Load later messages
thread-markUnread = Mark as unread
thread-markedUnread = Marked as unread.
thread-unread = New messages
thread-latest = Jump to latest message
thread-empty = No messages yet. Say hello!
thread-closed = You can’t send messages in this conversation right now.
thread-ended = You no longer have access to this conversation.
thread-typingOne = { $name } is typing…
thread-typingMany = { $count } people are typing…

group-heading = Group { $title }
group-settings = Group settings
group-title = Group name
group-titleHint = With a name, you manage the group: its members and its image.
group-image = Image of the group
group-addImage = Add a group image
group-changeImage = Change the group image
group-removeImage = Remove image
group-history = Share earlier messages
group-historyHint = Members who join from now on can read what was written before.
group-historyOn = New members can read earlier messages.
group-historyOff = New members can’t read earlier messages.
group-create = Create group
group-owner = Owner
group-add = Add to group
group-memberActions = Actions for { $name }
group-remove = Remove from group
group-removeTitle = Remove { $name }?
group-removeText = They can no longer read the group.
group-transfer = Make owner
group-transferTitle = Make { $name } the owner?
group-transferText = They will manage the group. You stay a member.
group-someone = A member
group-added = { $actor } added { $name }
group-left = { $name } left the group
group-removed = { $actor } removed { $name }
group-owns = { $name } now owns the group
group-titleChanged = { $actor } renamed the group
group-imageChanged = { $actor } changed the group image
group-historyChanged = { $actor } changed who can read earlier messages

mute-start = Mute
mute-end = Unmute
mute-on = Muted
mute-text = New messages aren’t announced and don’t count as unread messages. Others don’t see this.
mute-hour = For 1 hour
mute-hours = For 8 hours
mute-forGood = Until I unmute it
mute-started = Conversation muted.
mute-ended = Conversation unmuted.

message-write = Write a message
message-send = Send
message-you = You
message-byYou = You: { $text }
message-image = sent an image
message-file = sent a file
message-noText = Image or file
message-reply = Reply
message-replyTo = Reply to { $name }
message-cancelReply = Cancel reply
message-inReplyTo = In reply to
message-gone = That message is no longer available.
message-deleted = This message was deleted.
message-edited = edited
message-actions = Message actions
message-edit = Edit message
message-waiting = Waiting to send
message-sending = Sending…
message-sent = Sent
message-read = Read
message-readBy = Read by { $names }
message-failed = Not sent
message-discard = Discard
message-deleteTitle = Delete this message?
message-deleteText = It’s deleted for everyone here.
message-today = Today
message-yesterday = Yesterday

mention-list = People to mention
mention-found =
    { $count ->
        [one] { $count } suggestion
       *[other] { $count } suggestions
    }

lobby-title = Lobby
lobby-text = Everyone in the lobby sees what you write here.
lobby-visit = Visit the lobby
lobby-enter = Enter the lobby
lobby-back = Back to the lobby as { $name }
lobby-leave = Leave
lobby-pseudonym = Your name in the lobby
lobby-pseudonymHint = 3 to 15 letters, digits or underscores.
lobby-here = Here now
lobby-count =
    { $count ->
        [one] { $count } person in the lobby
       *[other] { $count } people in the lobby
    }
lobby-joined = { $name } joined
lobby-left = { $name } left
lobby-write = Message the lobby
lobby-empty = It’s quiet in here. Say hello!
lobby-outside = You’re not in the lobby
lobby-guest = guest
lobby-removeGuest = Remove { $name }
lobby-removeGuestAction = Remove guest
lobby-removeGuestText = Their visit ends immediately and their name becomes available again. Their messages stay.
lobby-guestRemoved = { $name } was removed.
lobby-join = Enjoying the lobby? Sign up and keep your messages.

person-deleted = Deleted user
person-unavailable = Unavailable user
person-online = Online
person-offline = Offline
person-lastSeen = Last seen

people-search = Search by name, field of study or skill
people-filters = Filters
people-skillsHint = Press Enter to add one. People must have all of them.
people-online = Online only
people-none = No people found
people-empty = You’re the first one here
people-emptyText = There is no other account yet. Share the link: everyone who signs up appears here.
people-noneText = Try fewer or different words.

profile-missing = User not found
profile-missingText = The username may have changed, or the account is no longer available.
profile-edit = Edit profile
profile-message = Message
profile-actions = More actions
profile-teaches = Teaches
profile-posts = Posts
profile-noPosts = No posts yet.
profile-inYear = year { $year }
profile-picture = Profile picture
profile-addPicture = Add picture
profile-changePicture = Change picture
profile-removePicture = Remove
profile-aboutYou = About you
profile-firstName = First name
profile-lastName = Last name
profile-fieldOfStudy = Field of study
profile-year = Year
profile-skills = Skills
profile-skillsHint = Press Enter or comma to add one. Up to 30.
profile-about = About

contact-title = Contact details
contact-text = Choose who can see them under Privacy.
contact-email = Email
contact-occupation = Occupation
contact-studentNumber = Student number
contact-homeAddress = Home address
contact-county = County
contact-country = Country

links-title = Links
links-description = Description
links-website = Website
links-linkedin = LinkedIn
links-github = GitHub
links-instagram = Instagram
links-twitter = Twitter
links-facebook = Facebook
links-youtube = YouTube

report-title = Report to the moderators
report-text = The moderators see your name. The person you report doesn’t.
report-reason = What’s wrong?
report-done = Thanks. The moderators will review it.

feed-empty = No posts yet
feed-emptyText = Write the first one, see who’s here, or invite others.
feed-people = Find people

post-title = Post
post-by = Post by { $name }
post-actions = Post actions
post-edited = edited
post-text = Text
post-new = New post
post-placeholder = What’s new on campus?
post-publish = Post
post-deleteTitle = Delete this post?
post-deleteText = It’s deleted for everyone, including its images.
post-deleted = Post deleted.

comment-list = Comments
comment-count =
    { $count ->
        [one] { $count } comment
       *[other] { $count } comments
    }
comment-none = No comments yet.
comment-earlier = Load earlier comments
comment-by = Comment by { $name }
comment-actions = Comment actions
comment-edited = edited
comment-text = Comment
comment-new = New comment
comment-publish = Comment
comment-reply = Reply
comment-replyTo = Reply to { $name }
comment-deleteTitle = Delete this comment?
comment-deleteText = It’s deleted for everyone.
comment-deleted = Comment deleted.

reaction-list = Reactions
reaction-add = Add a reaction
reaction-choose = Emoji
reaction-count =
    { $count ->
        [one] { $emoji }, { $count } person
       *[other] { $emoji }, { $count } people
    }
reaction-failed = The reaction couldn’t be saved.

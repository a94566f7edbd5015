problem-UNREACHABLE = The server can’t be reached. Retrying…
problem-UNAUTHENTICATED = Please log in again.
problem-INTERNAL_SERVER_ERROR = Something went wrong on the server.
problem-TIMEOUT = The server took too long to respond. Try again.
problem-UNAVAILABLE = The server is busy. Try again in a moment.
problem-TOO_MANY_OPERATIONS = The server is busy. Try again in a moment.
problem-RATE_LIMITED = Too many requests. Try again in a moment.
problem-rateLimitedFor =
    { $count ->
        [one] Too many requests. Try again in { $count } second.
       *[other] Too many requests. Try again in { $count } seconds.
    }
problem-FORBIDDEN = You’re not allowed to do this.
problem-NOT_FOUND = This no longer exists.
problem-BAD_USER_INPUT = This request isn’t valid.
problem-INVALID = This isn’t valid.
problem-TOO_SHORT = This is too short.
problem-TOO_LONG = This is too long.
problem-CONFLICT = Someone else changed this. Reload the page and try again.
problem-EMAIL_DOMAIN_NOT_ALLOWED = Use the email address that your campus gave you.
problem-EMAIL_TAKEN = This email already has an account.
problem-USERNAME_TAKEN = This username is taken.
problem-PASSWORD_WEAK = Choose a longer or less common password.
problem-CREDENTIALS_WRONG = These credentials are incorrect.
problem-REAUTHENTICATION_REQUIRED = Please enter your password.
problem-TOKEN_INVALID = This link is no longer valid.
problem-IDEMPOTENCY_MISMATCH = This was already sent with different content.
problem-RECIPIENT_UNAVAILABLE = You can’t message this person.
problem-EDIT_WINDOW_OVER = It’s too late to edit this.
problem-UNSUPPORTED_MEDIA = Only JPEG, PNG, WebP and GIF images are supported.
problem-HEIC_UNREADABLE = This browser can’t read HEIC photos. Save the photo as JPEG, or send it from Safari or from the phone that took it.
problem-TOO_MANY_IMAGES =
    { $count ->
        [one] Only { $count } image fits here. The others were left out.
       *[other] Only { $count } images fit here. The others were left out.
    }
problem-TOO_LARGE = This image is too large.
problem-QUOTA_EXCEEDED = You have reached the limit.
problem-SLOT_UNAVAILABLE = This time isn’t available.
problem-SLOT_TAKEN = Someone else has just booked this time.
problem-OVERLAP = You have another booking at this time.
problem-BOOKING_LIMIT = You’ve reached the booking limit for this day.
problem-NOTICE_TOO_SHORT = It’s too late to do this.
problem-WRONG_STATE = This is no longer possible.
problem-HAS_BOOKINGS = Existing bookings prevent this change.
problem-FILE_TOO_LARGE = { $name } is too large. Files can have up to { $megabytes } MB.
problem-FILE_UNSUPPORTED_MEDIA = { $name } can’t be attached. PDF, text, office documents without macros and ZIP archives can.
problem-TOO_MANY_FILES =
    { $count ->
        [one] Only { $count } file fits here. The others were left out.
       *[other] Only { $count } files fit here. The others were left out.
    }

# Titles: what the message is about. They also open notifications.
title-waiting = Waiting in the queue
title-running = Your video is being made
title-finishing = Finished, waiting for the video
title-troubled = The video service is not answering
title-too-large = The service's answer is too large
title-done = Your video is ready
title-no-video = Finished, but there is no video
title-failed = The task failed
title-not-found = The video service does not know this task
title-denied = The video service refuses this bot
title-timed-out = We stopped watching
title-stopped = Watching was stopped

# Sentences above the prompt.
text-finishing = The service says that the task is done but has not given the video yet. I keep asking.
text-troubled = I keep asking; this message goes on as soon as the service answers.
text-too-large = It is larger than I can read, so I do not know how the task is going. I ask again every few minutes.
text-done-attached = The video is attached.
text-done-link = The link above opens the video. It may expire within a day, so save what you want to keep.
text-done-unfetched = I could not fetch the file here; the link above opens the video. It may expire within a day, so save what you want to keep.
text-done-hidden = The link to the video cannot be shown here.
text-done-coming = The service sent the video itself instead of a link. If I can fetch it and it is small enough, it is attached to the message of this watch.
text-done-unattachable = The service sent the video itself instead of a link, and it cannot be attached here: it is too large, or files are not allowed.
text-done-lost = The service sent the video itself instead of a link, and I could not fetch it. Ask again with the task ID.
text-no-video = The service finished the task but gave no video.
text-filtered = The service finished the task, but its safety filter refused the video.
text-not-found = Please check that the id is complete, with the part before the colon (such as `grok:`). A task that was made with another account's key cannot be seen either.
text-denied = The service does not accept this bot's key, so nothing is known about the task. Please tell the person who runs this bot.
text-timed-out = The task had not finished after { $span }, so we stopped watching. It may well go on: ask again with its id.
text-unread = After { $span } the service's answers were still too large for me to read, so we stopped watching and do not know how the task is going. Ask again with its id.
text-stopped = The task itself may well go on: ask again with its id.
caution-ends-by-dm = This message may stop changing after 15 minutes; I will tell you the end in a direct message. If none comes, ask again with the task ID.
caution-ask-again = This message may stop changing after 15 minutes; ask again then with the task id.
caution-not-saved = I could not save this request, so this message will not change: ask again later with the task id.

# Names and values of the short facts.
field-reason = Reason given by the service
field-says = Message from the service
field-progress = Progress
field-usual = Usually takes
field-model = Model
field-ratio = Format
field-since = Watching since
field-took = Watched for
field-changed = Last change
field-finished = Finished
field-until = Watching ends
field-task = Task ID
value-no-reason = The service gave no reason.
value-filtered = Refused by the safety filter.
value-usual = about { $span }

# Small print.
footer-watching = Still watching for at most { $span }: this message updates itself
footer-people = { $count ->
    [one] { $count } person will be notified
   *[other] { $count } people will be notified
}
footer-ended = This message no longer changes

# Stretches of time, short.
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Buttons: at most 80 characters, better 20.
button-refresh = Refresh
button-notify = Notify me
button-prompt = Full prompt
button-stop = Stop watching
button-again = Watch again
button-open = Open video

# Private answers.
notice-bad-id = That is not a task ID. It looks like `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`: 1 to 512 letters, digits and `. _ : -`, without spaces.
notice-store-down = I cannot reach my records right now, so nothing was done. Please try again in a minute.
notice-not-requester = Only the person who asked for this, or a moderator, can do that.
notice-already-ended = This watch is over. To go on, ask again with `/videostatus` and the task ID.
notice-unknown-watch = I no longer know this message. Ask again with `/videostatus` and the task ID.
notice-too-soon = This was just checked. Try again in { $wait }.
notice-quota-watches = You are already watching as many tasks as allowed ({ $count }). Stop one with `/videowatches` first.
notice-quota-commands = That was a lot of commands. Try again in { $wait }.
notice-notify-full = Already { $count } people will be notified, which is the limit.
notice-refreshing = Asking the service now.
notice-watching-again = This message is being watched already.
notice-stopped = { $count ->
    [one] Stopped watching { $count } task.
   *[other] Stopped watching { $count } tasks.
}
notice-no-tasks-found = I found no task ID in that message.
notice-no-watches = Nothing is being watched.
notice-no-prompt = The service did not give a prompt for this task.
notice-channel-not-yours = You cannot send messages in that channel, so I will not announce anything there.
notice-channel-not-mine = I cannot send messages in that channel. Ask an admin to let me view it and post there.
notice-managers-only = Only members who may manage the server can see everybody's watches.
notice-elsewhere = This bot serves other servers. It does nothing here.
notice-internal-error = Something went wrong on my side. Please try again.

# Lists.
list-title = What is being watched
list-open = open
list-stop = Stop watching…
list-more = … and { $count } more
pick-question = Which task do you mean?
pick-placeholder = Choose a task ID
prompt-enhanced = Enhanced prompt
prompt-original = Prompt
prompt-in-file = The prompt is too long for a message: it is in the file.

# Commands: descriptions 1 to 100 characters, the menu entry 1 to 32.
command-videostatus = Follow an AI video task and see the video here when it is done
command-videowatches = See which tasks you are watching, and stop some
command-check = Check video status
option-id = The task ID, for example grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Only you see the answer
option-spoiler = Hide the video until somebody clicks it
option-notify = Where to tell you when it ends (default: here)
option-channel = Announce the end in another channel, too
option-all = Everybody's watches in this server (needs Manage Server)
choice-here = Here, with a mention
choice-dm = In a direct message
choice-off = Do not notify me

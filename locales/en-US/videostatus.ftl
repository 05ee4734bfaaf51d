# Titles: what the message is about. They also open notifications.
title-waiting = Waiting in the queue
title-running = Making your video
title-finishing = Almost ready
title-troubled = No answer from the video service
title-too-large = The service's answer is too large
title-done = Your video is ready
title-no-video = Finished, but without a video
title-failed = The video could not be made
title-not-found = No video with this ID
title-denied = The video service turned me away
title-unserved = I can't check on this video
title-timed-out = Not finished after { $span }
title-unread = Still unreadable after { $span }
title-stopped = Stopped

# Sentences above the prompt.
text-finishing = The video service has finished but not handed over the video yet. I keep asking.
text-troubled = I keep trying.
text-troubled-at = I keep trying. Last progress: { $percent }.
text-too-large = I can't read an answer of that size, so I don't know how your video is doing. I try again every few minutes.
text-link-expires = The link may expire within a day.
text-video-too-large = Too large for Discord. The link may expire within a day.
text-no-files = I can't attach files here. The link may expire within a day.
text-unfetched = I could not fetch the file. The link may expire within a day.
text-hidden = I can't show the link to the video here.
text-coming = The video service sent the video itself instead of a link. I attach it here as soon as I have it, if it is small enough.
text-unattachable = The video service sent the video itself instead of a link, and I can't attach it here: it is too large, or files are not allowed.
text-lost = The video service sent the video itself instead of a link, and I could not fetch it. Please use `/videostatus` once more.
text-no-video = I found no usable link to a video in the answer of the video service.
text-filtered = The safety filter of the video service refused it.
text-no-reason = The video service gave no reason.
text-says = The video service says:
text-not-found = Is it complete, with the part before the colon? It may belong to another account.
text-denied = It does not accept my key, so I can't see your video. Please tell the person who runs this bot.
text-unserved = I am not connected to the video service it belongs to. It may still be made there. Please tell the person who runs this bot.
text-timed-out = I stopped checking; it may still come.
text-unread = I stopped checking and don't know how your video is doing.
text-stopped-by = By { $person }. The video itself may still be made.
text-not-saved = I could not save your request, so this message will not change. Please use `/videostatus` again later.
text-frozen = I can't change this message any more (Discord's limit). I'm still following and will tell you by direct message.
text-frozen-ask = I can't change this message any more (Discord's limit). Use `/videostatus` again to see how it went.
text-not-told = I could not notify anybody: I can't post here, and your direct messages are closed.

# The small line below: short phrases, joined by dots.
small-usual = usually { $span }
small-took = took { $span }
small-ping-you = I'll ping you here
small-ping-people = { $count ->
    [one] I'll ping { $count } person here
   *[other] I'll ping { $count } people here
}
small-dm = I'll send you a direct message
small-until = I stop trying { $moment }
small-private = Only you see this.
small-then-dm = After 15 minutes I go on by direct message.
small-then-ask = After 15 minutes this message stops changing; use `/videostatus` again then.

# Values.
value-percent = { $percent }%
value-quote = “{ $text }”
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Notifications: the title, and what follows it.
ping-about = { $title }: { $what }
ping-deleted = Somebody deleted my message about your video. I still follow it and will tell you how it ends.
ping-filtered = refused by the safety filter

# Buttons: at most 80 characters, better 20.
button-notify = Notify me
button-notify-off = Don't notify me
button-prompt = Full prompt
button-stop = Stop
button-again = Follow again
button-open = Open video
button-newer = Newer
button-older = Older

# Private answers.
notice-bad-id = That is not a video's ID. It looks like `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`: 1 to 512 letters, digits and `. _ : -`, without spaces.
notice-store-down = I can't reach my records right now, so I did nothing. Please try again in a minute.
notice-not-requester = Only the person who asked for this, or a moderator, can do that.
notice-already-ended = I no longer follow this. To go on, use `/videostatus` with the ID.
notice-unknown-watch = I don't know this message any more. To go on, use `/videostatus` with the ID.
notice-too-soon = I checked this a moment ago. Try again in { $wait }.
notice-quota-watches = You already follow { $count } videos, which is the limit. Stop one with `/videowatches` first.
notice-quota-commands = That was a lot of commands. Try again in { $wait }.
notice-notify-here = I'll ping you here.
notice-notify-dm = I'll send you a direct message.
notice-notify-off = I won't notify you.
notice-notify-full = I already notify { $count } people here, which is the limit.
notice-refreshing = I'm asking the video service now.
notice-watching-again = I already follow this.
notice-stopped = { $count ->
    [one] I stopped following { $count } video.
   *[other] I stopped following { $count } videos.
}
notice-no-tasks-found = I found no video ID in that message.
notice-no-watches = You follow no video. Start with `/videostatus` and the ID that your video service gave you.
notice-none-finished = Nothing that you followed has finished yet. Start with `/videostatus` and the ID that your video service gave you.
notice-no-watches-here = Nobody follows a video in this server. Start with `/videostatus` and the ID that your video service gave you.
notice-no-prompt = The video service gave no prompt.
notice-channel-not-yours = You can't send messages in that channel, so I announce nothing there.
notice-channel-not-mine = I can't send messages in that channel. Ask an admin to let me view it and post there.
notice-managers-only = Only members who may manage the server can see everybody's videos.
notice-elsewhere = This bot serves other servers. It does nothing here.
notice-internal-error = Something went wrong on my side. Please try again.

# Lists.
list-title = Videos you follow
list-title-all = Videos followed in this server
list-title-finished = Finished videos
list-since = since { $moment }
list-stop = Stop following…
list-again = Follow again…
pick-question = Which video do you mean?
pick-placeholder = Choose an ID
prompt-enhanced = Enhanced prompt
prompt-original = Prompt
prompt-in-file = The prompt is too long for a message: it is in the file.

# Commands: descriptions 1 to 100 characters, the menu entry 1 to 32.
command-videostatus = Follow an AI video and see it here when it is ready
command-videowatches = See which videos you follow, and stop some
command-check = Check video status
option-id = The video's ID, for example grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Only you see the answer
option-spoiler = Hide the video until somebody clicks it
option-notify = Where I tell you when it is ready (default: here)
option-channel = Announce it in another channel, too
option-all = Everybody's videos in this server (needs Manage Server)
option-show = Which ones: running (default) or finished
choice-here = Here, with a mention
choice-dm = In a direct message
choice-off = Don't notify me
choice-running = Running
choice-finished = Finished

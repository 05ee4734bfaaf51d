# Titel: worum es in der Nachricht geht. Mit ihnen beginnen auch Benachrichtigungen.
title-waiting = In der Warteschlange
title-running = Dein Video wird erstellt
title-finishing = Gleich geschafft
title-troubled = Keine Antwort vom Videodienst
title-too-large = Die Antwort des Videodienstes ist zu groß
title-done = Dein Video ist fertig
title-no-video = Abgeschlossen, aber ohne Video
title-failed = Das Video konnte nicht erstellt werden
title-not-found = Kein Video mit dieser ID
title-denied = Der Videodienst hat mich abgewiesen
title-unserved = Ich kann dieses Video nicht verfolgen
title-timed-out = Nach { $span } noch nicht fertig
title-unread = Antwort auch nach { $span } nicht lesbar
title-stopped = Gestoppt

# Sätze über dem Prompt.
text-finishing = Der Videodienst ist fertig, hat das Video aber noch nicht herausgegeben. Ich frage weiter nach.
text-troubled = Ich versuche es weiter.
text-troubled-at = Ich versuche es weiter. Letzter Stand: { $percent }.
text-too-large = Eine so große Antwort kann ich nicht lesen, deshalb weiß ich nicht, wie es um dein Video steht. Ich versuche es alle paar Minuten wieder.
text-link-expires = Der Link läuft vielleicht schon innerhalb eines Tages ab.
text-video-too-large = Zu groß für Discord. Der Link läuft vielleicht schon innerhalb eines Tages ab.
text-no-files = Ich kann hier keine Dateien anhängen. Der Link läuft vielleicht schon innerhalb eines Tages ab.
text-unfetched = Ich konnte die Datei nicht abrufen. Der Link läuft vielleicht schon innerhalb eines Tages ab.
text-hidden = Ich kann den Link zum Video hier nicht zeigen.
text-coming = Der Videodienst hat statt eines Links das Video selbst geschickt. Ich hänge es hier an, sobald ich es habe, wenn es klein genug ist.
text-unattachable = Der Videodienst hat statt eines Links das Video selbst geschickt, und ich kann es hier nicht anhängen: Es ist zu groß, oder Dateien sind nicht erlaubt.
text-lost = Der Videodienst hat statt eines Links das Video selbst geschickt, und ich konnte es nicht abrufen. Bitte nutze `/videostatus` noch einmal.
text-no-video = Ich habe in der Antwort des Videodienstes keinen brauchbaren Link zu einem Video gefunden.
text-filtered = Der Sicherheitsfilter des Videodienstes hat es abgelehnt.
text-no-reason = Der Videodienst hat keinen Grund genannt.
text-says = Der Videodienst sagt:
text-not-found = Ist sie vollständig, mit dem Teil vor dem Doppelpunkt? Vielleicht gehört sie zu einem anderen Konto.
text-denied = Er akzeptiert meinen Schlüssel nicht, deshalb komme ich nicht an dein Video. Bitte sag der Person Bescheid, die diesen Bot betreibt.
text-unserved = Ich bin mit dem Videodienst, zu dem es gehört, nicht verbunden. Dort wird es vielleicht trotzdem noch fertig. Bitte sag der Person Bescheid, die diesen Bot betreibt.
text-timed-out = Ich frage nicht mehr nach; es kann aber noch kommen.
text-unread = Ich frage nicht mehr nach und weiß nicht, wie es um dein Video steht.
text-stopped-by = Von { $person }. Das Video selbst wird vielleicht trotzdem noch erstellt.
text-not-saved = Ich konnte deine Anfrage nicht speichern, deshalb ändert sich diese Nachricht nicht. Bitte nutze `/videostatus` später noch einmal.
text-frozen = Ich kann diese Nachricht nicht mehr ändern (Grenze von Discord). Ich verfolge dein Video weiter und sage dir per Direktnachricht Bescheid.
text-frozen-ask = Ich kann diese Nachricht nicht mehr ändern (Grenze von Discord). Nutze `/videostatus` noch einmal, um zu erfahren, wie es ausgegangen ist.
text-not-told = Ich konnte niemanden benachrichtigen: Ich darf hier nicht schreiben, und du nimmst keine Direktnachrichten an.

# Die kleine Zeile darunter: kurze Angaben, durch Punkte verbunden.
small-usual = dauert meist { $span }
small-took = hat { $span } gedauert
small-ping-you = ich pinge dich hier an
small-ping-people = { $count ->
    [one] ich pinge hier { $count } Person an
   *[other] ich pinge hier { $count } Personen an
}
small-dm = ich schicke dir eine Direktnachricht
small-until = letzter Versuch { $moment }
small-private = Nur du siehst das.
small-then-dm = Nach 15 Minuten mache ich per Direktnachricht weiter.
small-then-ask = Nach 15 Minuten ändert sich diese Nachricht nicht mehr; nutze dann `/videostatus` noch einmal.

# Werte.
value-percent = { $percent } %
value-quote = „{ $text }“
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Benachrichtigungen: der Titel und was auf ihn folgt.
ping-about = { $title }: { $what }
ping-deleted = Jemand hat meine Nachricht zu deinem Video gelöscht. Ich verfolge es weiter und sage dir, wie es ausgeht.
ping-filtered = vom Sicherheitsfilter abgelehnt

# Schaltflächen: höchstens 80 Zeichen, besser 20.
button-notify = Benachrichtige mich
button-notify-off = Nicht benachrichtigen
button-prompt = Ganzer Prompt
button-stop = Nicht mehr verfolgen
button-again = Wieder verfolgen
button-open = Video öffnen
button-newer = Neuere
button-older = Ältere

# Private Antworten.
notice-bad-id = Das ist keine Video-ID. Sie sieht etwa so aus: `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`, 1 bis 512 Buchstaben, Ziffern und `. _ : -`, ohne Leerzeichen.
notice-store-down = Ich komme gerade nicht an meine Aufzeichnungen, deshalb habe ich nichts getan. Bitte versuch es in einer Minute noch einmal.
notice-not-requester = Das kann nur, wer danach gefragt hat, oder jemand aus der Moderation.
notice-already-ended = Das verfolge ich nicht mehr. Wenn es weitergehen soll, nutze `/videostatus` mit der ID.
notice-unknown-watch = Ich kenne diese Nachricht nicht mehr. Wenn es weitergehen soll, nutze `/videostatus` mit der ID.
notice-too-soon = Ich habe gerade erst nachgefragt. Versuch es in { $wait } noch einmal.
notice-quota-watches = Du verfolgst schon { $count } Videos, mehr geht nicht. Nimm zuerst mit `/videowatches` eins heraus.
notice-quota-commands = Das waren viele Befehle. Versuch es in { $wait } noch einmal.
notice-notify-here = Ich pinge dich hier an.
notice-notify-dm = Ich schicke dir eine Direktnachricht.
notice-notify-off = Ich benachrichtige dich nicht.
notice-notify-full = Ich benachrichtige hier schon { $count } Personen, mehr geht nicht.
notice-refreshing = Ich frage gerade beim Videodienst nach.
notice-watching-again = Das verfolge ich schon.
notice-stopped = { $count ->
    [one] Ich verfolge { $count } Video nicht mehr.
   *[other] Ich verfolge { $count } Videos nicht mehr.
}
notice-no-tasks-found = In dieser Nachricht habe ich keine Video-ID gefunden.
notice-no-watches = Du verfolgst gerade kein Video. Fang mit `/videostatus` und der ID an, die du von deinem Videodienst bekommen hast.
notice-none-finished = Von den Videos, die du verfolgt hast, ist noch keines zu Ende. Fang mit `/videostatus` und der ID an, die du von deinem Videodienst bekommen hast.
notice-no-watches-here = Auf diesem Server verfolgt gerade niemand ein Video. Fang mit `/videostatus` und der ID an, die du von deinem Videodienst bekommen hast.
notice-no-prompt = Der Videodienst hat keinen Prompt genannt.
notice-channel-not-yours = Du kannst in diesem Kanal keine Nachrichten senden, deshalb kündige ich dort nichts an.
notice-channel-not-mine = Ich kann in diesem Kanal keine Nachrichten senden. Bitte einen Admin darum, dass ich ihn sehen und darin schreiben darf.
notice-managers-only = Nur Mitglieder, die den Server verwalten dürfen, sehen die Videos aller.
notice-elsewhere = Dieser Bot ist für andere Server da. Hier macht er nichts.
notice-internal-error = Bei mir ist etwas schiefgegangen. Bitte versuch es noch einmal.

# Listen.
list-title = Videos, die du verfolgst
list-title-all = Videos, die auf diesem Server verfolgt werden
list-title-finished = Videos, die zu Ende sind
list-since = begonnen { $moment }
list-stop = Nicht mehr verfolgen …
list-again = Wieder verfolgen …
pick-question = Welches Video meinst du?
pick-placeholder = ID auswählen
prompt-enhanced = Erweiterter Prompt
prompt-original = Ursprünglicher Prompt
prompt-in-file = Der Prompt ist zu lang für eine Nachricht: Er steht in der Datei.

# Befehle: Beschreibungen 1 bis 100 Zeichen, der Menüeintrag 1 bis 32.
command-videostatus = Verfolge ein KI-Video und bekomme es hier, sobald es fertig ist
command-videowatches = Sieh nach, welche Videos du verfolgst, und verfolge einzelne nicht mehr
command-check = Videostatus prüfen
option-id = Die ID des Videos, zum Beispiel grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Nur du siehst die Antwort
option-spoiler = Das Video verdecken, bis jemand darauf klickt
option-notify = Wo ich dir sage, dass es fertig ist (Standard: hier)
option-channel = Auch in einem anderen Kanal ankündigen
option-all = Die Videos aller auf diesem Server (erfordert „Server verwalten“)
option-show = Welche: laufende (Standard) oder beendete
choice-here = Hier, mit einer Erwähnung
choice-dm = Per Direktnachricht
choice-off = Nicht benachrichtigen
choice-running = Laufende
choice-finished = Beendete

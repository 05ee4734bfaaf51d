# Titel: worum es in der Nachricht geht. Mit ihnen beginnen auch Benachrichtigungen.
title-waiting = In der Warteschlange
title-running = Dein Video wird erstellt
title-finishing = Fertig, das Video steht noch aus
title-troubled = Der Videodienst antwortet nicht
title-too-large = Die Antwort des Dienstes ist zu groß
title-done = Dein Video ist fertig
title-no-video = Fertig, aber ohne Video
title-failed = Die Aufgabe ist fehlgeschlagen
title-not-found = Der Videodienst kennt diese Aufgabe nicht
title-denied = Der Videodienst lehnt diesen Bot ab
title-timed-out = Wir beobachten die Aufgabe nicht länger
title-stopped = Beobachtung beendet

# Sätze über dem Prompt.
text-finishing = Der Dienst meldet die Aufgabe als fertig, hat das Video aber noch nicht geliefert. Ich frage weiter nach.
text-troubled = Ich frage weiter nach; sobald der Dienst antwortet, geht es in dieser Nachricht weiter.
text-too-large = Sie ist größer, als ich lesen kann; deshalb weiß ich nicht, wie es um die Aufgabe steht. Ich frage alle paar Minuten wieder.
text-done-attached = Das Video ist angehängt.
text-done-link = Der Link oben öffnet das Video. Er kann innerhalb eines Tages ablaufen: Speichere, was du behalten willst.
text-done-unfetched = Die Datei konnte hier nicht geladen werden; der Link oben öffnet das Video. Er kann innerhalb eines Tages ablaufen: Speichere, was du behalten willst.
text-done-hidden = Der Link zum Video kann hier nicht gezeigt werden.
text-done-coming = Der Dienst hat statt eines Links das Video selbst geschickt. Kann ich es laden und ist es klein genug, wird es an die Nachricht dieser Beobachtung angehängt.
text-done-unattachable = Der Dienst hat statt eines Links das Video selbst geschickt, und es kann hier nicht angehängt werden: Es ist zu groß, oder Dateien sind nicht erlaubt.
text-done-lost = Der Dienst hat statt eines Links das Video selbst geschickt, und ich konnte es nicht laden. Frage mit der Aufgaben-ID noch einmal.
text-no-video = Der Dienst hat die Aufgabe abgeschlossen, aber kein Video geliefert.
text-filtered = Der Dienst hat die Aufgabe abgeschlossen, aber sein Sicherheitsfilter hat das Video abgelehnt.
text-not-found = Bitte prüfe, ob die ID vollständig ist, auch der Teil vor dem Doppelpunkt (etwa `grok:`). Aufgaben, die mit dem Schlüssel eines anderen Kontos erstellt wurden, sind ebenfalls nicht zu sehen.
text-denied = Der Dienst akzeptiert den Schlüssel dieses Bots nicht, deshalb ist über die Aufgabe nichts bekannt. Bitte sag der Person Bescheid, die diesen Bot betreibt.
text-timed-out = Nach { $span } war die Aufgabe noch nicht fertig, deshalb beobachten wir sie nicht länger. Sie kann durchaus noch laufen: Frag mit ihrer ID erneut nach.
text-unread = Nach { $span } waren die Antworten des Dienstes immer noch zu groß zum Lesen. Deshalb beobachten wir nicht länger und wissen nicht, wie es um die Aufgabe steht. Frag mit ihrer ID erneut nach.
text-stopped = Die Aufgabe selbst kann durchaus noch laufen: Frag mit ihrer ID erneut nach.
caution-ends-by-dm = Diese Nachricht ändert sich nach 15 Minuten vielleicht nicht mehr; das Ergebnis sage ich dir dann in einer Direktnachricht. Kommt keine, frag mit der Aufgaben-ID erneut nach.
caution-ask-again = Diese Nachricht ändert sich nach 15 Minuten vielleicht nicht mehr; frag dann mit der Aufgaben-ID erneut nach.
caution-not-saved = Ich konnte diese Anfrage nicht speichern, deshalb ändert sich diese Nachricht nicht: Frag später mit der Aufgaben-ID erneut nach.

# Namen und Werte der kurzen Angaben.
field-reason = Grund laut Dienst
field-says = Meldung des Dienstes
field-progress = Fortschritt
field-usual = Dauert meist
field-model = Modell
field-ratio = Bildformat
field-since = Beobachtung begann
field-took = Beobachtet
field-changed = Letzte Änderung
field-finished = Beendet
field-until = Beobachtung endet
field-task = Aufgaben-ID
value-no-reason = Der Dienst hat keinen Grund genannt.
value-filtered = Vom Sicherheitsfilter abgelehnt.
value-usual = etwa { $span }

# Fußzeile.
footer-watching = Wird noch höchstens { $span } beobachtet: Diese Nachricht aktualisiert sich selbst
footer-people = { $count ->
    [one] { $count } Person wird benachrichtigt
   *[other] { $count } Personen werden benachrichtigt
}
footer-ended = Diese Nachricht ändert sich nicht mehr

# Kurze Zeitspannen.
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Schaltflächen.
button-refresh = Aktualisieren
button-notify = Benachrichtige mich
button-prompt = Ganzer Prompt
button-stop = Nicht mehr beobachten
button-again = Wieder beobachten
button-open = Video öffnen

# Private Antworten.
notice-bad-id = Das ist keine Aufgaben-ID. Sie sieht etwa so aus: `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`, 1 bis 512 Buchstaben, Ziffern und `. _ : -`, ohne Leerzeichen.
notice-store-down = Ich komme gerade nicht an meine Aufzeichnungen, deshalb ist nichts geschehen. Bitte versuch es in einer Minute noch einmal.
notice-not-requester = Das kann nur, wer danach gefragt hat, oder jemand aus der Moderation.
notice-already-ended = Diese Beobachtung ist beendet. Wenn du weitermachen willst, frag mit `/videostatus` und der Aufgaben-ID erneut nach.
notice-unknown-watch = Ich kenne diese Nachricht nicht mehr. Frag mit `/videostatus` und der Aufgaben-ID erneut nach.
notice-too-soon = Das wurde gerade erst geprüft. Versuch es in { $wait } noch einmal.
notice-quota-watches = Du beobachtest schon so viele Aufgaben, wie erlaubt sind ({ $count }). Beende zuerst eine Beobachtung mit `/videowatches`.
notice-quota-commands = Das waren viele Befehle. Versuch es in { $wait } noch einmal.
notice-notify-full = Es werden schon { $count } Personen benachrichtigt, mehr geht nicht.
notice-refreshing = Ich frage beim Dienst nach.
notice-watching-again = Diese Nachricht wird schon beobachtet.
notice-stopped = { $count ->
    [one] { $count } Aufgabe wird nicht mehr beobachtet.
   *[other] { $count } Aufgaben werden nicht mehr beobachtet.
}
notice-no-tasks-found = In dieser Nachricht habe ich keine Aufgaben-ID gefunden.
notice-no-watches = Zurzeit wird nichts beobachtet.
notice-no-prompt = Der Dienst hat für diese Aufgabe keinen Prompt genannt.
notice-channel-not-yours = Du kannst in diesem Kanal keine Nachrichten senden, deshalb kündige ich dort nichts an.
notice-channel-not-mine = Ich kann in diesem Kanal keine Nachrichten senden. Bitte einen Admin darum, dass ich ihn sehen und darin schreiben darf.
notice-managers-only = Nur Mitglieder, die den Server verwalten dürfen, sehen die Beobachtungen aller.
notice-elsewhere = Dieser Bot ist für andere Server da. Hier macht er nichts.
notice-internal-error = Bei mir ist etwas schiefgegangen. Bitte versuch es noch einmal.

# Listen.
list-title = Was gerade beobachtet wird
list-open = öffnen
list-stop = Nicht mehr beobachten …
list-more = … und { $count } weitere
pick-question = Welche Aufgabe meinst du?
pick-placeholder = Aufgaben-ID wählen
prompt-enhanced = Erweiterter Prompt
prompt-original = Ursprünglicher Prompt
prompt-in-file = Der Prompt ist zu lang für eine Nachricht: Er steht in der Datei.

# Befehle.
command-videostatus = Beobachte eine KI-Video-Aufgabe und sieh das Video hier, sobald es fertig ist
command-videowatches = Sieh, welche Aufgaben du beobachtest, und beende einzelne Beobachtungen
command-check = Videostatus prüfen
option-id = Die Aufgaben-ID, zum Beispiel grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Nur du siehst die Antwort
option-spoiler = Das Video verdecken, bis jemand darauf klickt
option-notify = Wo du am Ende benachrichtigt wirst (Standard: hier)
option-channel = Das Ende auch in einem anderen Kanal ankündigen
option-all = Die Beobachtungen aller auf diesem Server (erfordert „Server verwalten“)
choice-here = Hier, mit einer Erwähnung
choice-dm = Per Direktnachricht
choice-off = Nicht benachrichtigen

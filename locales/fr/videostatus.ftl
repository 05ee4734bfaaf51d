# Titres : l’objet du message. Ils ouvrent aussi les notifications.
title-waiting = En file d’attente
title-running = Votre vidéo est en cours de création
title-finishing = Terminé, en attente de la vidéo
title-troubled = Le service vidéo ne répond pas
title-too-large = La réponse du service est trop volumineuse
title-done = Votre vidéo est prête
title-no-video = Terminé, mais il n’y a pas de vidéo
title-failed = La tâche a échoué
title-not-found = Le service vidéo ne connaît pas cette tâche
title-denied = Le service vidéo refuse ce bot
title-timed-out = Nous avons cessé de suivre la tâche
title-stopped = Suivi arrêté

# Phrases au-dessus du prompt.
text-finishing = Le service dit que la tâche est terminée mais n’a pas encore fourni la vidéo. Je continue de vérifier.
text-troubled = Je continue de vérifier ; ce message se mettra à jour dès que le service répondra.
text-too-large = Elle dépasse ce que je peux lire, je ne sais donc pas où en est la tâche. Je redemande toutes les quelques minutes.
text-done-attached = La vidéo est jointe.
text-done-link = Le lien ci-dessus ouvre la vidéo. Il peut expirer sous un jour : enregistrez ce que vous voulez garder.
text-done-unfetched = Je n'ai pas pu récupérer le fichier ici ; le lien ci-dessus ouvre la vidéo. Il peut expirer sous un jour : enregistrez ce que vous voulez garder.
text-done-hidden = Le lien vers la vidéo ne peut pas être affiché ici.
text-done-coming = Le service a envoyé la vidéo elle-même au lieu d’un lien. Si je peux la récupérer et qu’elle n’est pas trop volumineuse, elle est jointe au message de ce suivi.
text-done-unattachable = Le service a envoyé la vidéo elle-même au lieu d’un lien, et elle ne peut pas être jointe ici : elle est trop volumineuse, ou les fichiers ne sont pas autorisés.
text-done-lost = Le service a envoyé la vidéo elle-même au lieu d’un lien, et je n’ai pas pu la récupérer. Redemandez avec l’identifiant de la tâche.
text-no-video = Le service a terminé la tâche mais n’a fourni aucune vidéo.
text-filtered = Le service a terminé la tâche, mais son filtre de sécurité a refusé la vidéo.
text-not-found = Vérifiez que l’identifiant est complet, avec la partie avant les deux-points (par exemple `grok:`). Une tâche créée avec la clé d’un autre compte n’est pas visible non plus.
text-denied = Le service n’accepte pas la clé de ce bot, on ne sait donc rien de la tâche. Prévenez la personne qui gère ce bot.
text-timed-out = La tâche n’était pas terminée après { $span }, nous avons donc cessé de la suivre. Elle continue peut-être : vérifiez à nouveau avec son identifiant.
text-unread = Après { $span }, les réponses du service étaient toujours trop volumineuses pour être lues : nous avons donc cessé de suivre la tâche, sans savoir où elle en est. Vérifiez à nouveau avec son identifiant.
text-stopped = La tâche elle-même continue peut-être : vérifiez à nouveau avec son identifiant.
caution-ends-by-dm = Ce message peut cesser d’évoluer après 15 minutes ; je vous annoncerai le résultat en message privé. Si vous n’en recevez pas, vérifiez à nouveau avec l’identifiant de la tâche.
caution-ask-again = Ce message peut cesser d’évoluer après 15 minutes ; vérifiez alors à nouveau avec l’identifiant de la tâche.
caution-not-saved = Je n’ai pas pu enregistrer cette demande, ce message ne changera donc pas : vérifiez plus tard avec l’identifiant de la tâche.

# Noms et valeurs des informations brèves.
field-reason = Raison donnée par le service
field-says = Message du service
field-progress = Progression
field-usual = Durée habituelle
field-model = Modèle
field-ratio = Format d’image
field-since = Début du suivi
field-took = Durée du suivi
field-changed = Dernier changement
field-finished = Terminé
field-until = Fin du suivi
field-task = Identifiant de la tâche
value-no-reason = Le service n’a donné aucune raison.
value-filtered = Refusé par le filtre de sécurité.
value-usual = environ { $span }

# Pied de page.
footer-watching = Suivi en cours, pendant { $span } au plus : ce message se met à jour tout seul
footer-people = { $count ->
    [one] { $count } personne sera prévenue
   *[other] { $count } personnes seront prévenues
}
footer-ended = Ce message ne change plus

# Durées abrégées.
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Boutons.
button-refresh = Actualiser
button-notify = Me prévenir
button-prompt = Prompt complet
button-stop = Arrêter le suivi
button-again = Suivre à nouveau
button-open = Ouvrir la vidéo

# Réponses privées.
notice-bad-id = Ce n’est pas un identifiant de tâche. Il ressemble à `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a` : de 1 à 512 lettres, chiffres et `. _ : -`, sans espaces.
notice-store-down = Je n’ai pas accès à mes données pour le moment, rien n’a donc été fait. Réessayez dans une minute.
notice-not-requester = Seule la personne qui a fait la demande, ou un modérateur, peut faire cela.
notice-already-ended = Ce suivi est terminé. Pour continuer, relancez `/videostatus` avec l’identifiant de la tâche.
notice-unknown-watch = Je ne connais plus ce message. Vérifiez à nouveau avec `/videostatus` et l’identifiant de la tâche.
notice-too-soon = Cela vient d’être vérifié. Réessayez dans { $wait }.
notice-quota-watches = Vous suivez déjà le nombre maximal de tâches ({ $count }). Arrêtez d’abord le suivi de l’une d’elles avec `/videowatches`.
notice-quota-commands = Cela fait beaucoup de commandes. Réessayez dans { $wait }.
notice-notify-full = { $count } personnes seront déjà prévenues, c’est la limite.
notice-refreshing = J’interroge le service.
notice-watching-again = Ce message est déjà suivi.
notice-stopped = { $count ->
    [one] Le suivi de { $count } tâche est arrêté.
   *[other] Le suivi de { $count } tâches est arrêté.
}
notice-no-tasks-found = Je n’ai trouvé aucun identifiant de tâche dans ce message.
notice-no-watches = Aucune tâche n’est suivie.
notice-no-prompt = Le service n’a pas donné le prompt de cette tâche.
notice-channel-not-yours = Vous ne pouvez pas envoyer de messages dans ce salon, je n’y annoncerai donc rien.
notice-channel-not-mine = Je ne peux pas envoyer de messages dans ce salon. Demandez à un administrateur de m’autoriser à le voir et à y écrire.
notice-managers-only = Seuls les membres qui peuvent gérer le serveur voient les suivis de tout le monde.
notice-elsewhere = Ce bot est au service d’autres serveurs. Il ne fait rien ici.
notice-internal-error = Une erreur s’est produite de mon côté. Réessayez.

# Listes.
list-title = Tâches suivies
list-open = ouvrir
list-stop = Arrêter le suivi…
list-more = … et { $count } de plus
pick-question = De quelle tâche parlez-vous ?
pick-placeholder = Choisissez un identifiant de tâche
prompt-enhanced = Prompt enrichi
prompt-original = Prompt d’origine
prompt-in-file = Le prompt est trop long pour un message : il est dans le fichier.

# Commandes.
command-videostatus = Suivre une tâche vidéo IA et voir la vidéo ici une fois prête
command-videowatches = Voir les tâches que vous suivez et arrêter le suivi de certaines
command-check = Vérifier l’état de la vidéo
option-id = L’identifiant de la tâche, p. ex. grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Réponse visible par vous uniquement
option-spoiler = Masquer la vidéo jusqu’à ce qu’on clique dessus
option-notify = Où vous prévenir à la fin (par défaut : ici)
option-channel = Annoncer aussi la fin dans un autre salon
option-all = Les suivis de tout le monde sur ce serveur (permission Gérer le serveur)
choice-here = Ici, avec une mention
choice-dm = En message privé
choice-off = Ne pas me prévenir

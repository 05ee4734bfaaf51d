# Titres : l’objet du message. Ils ouvrent aussi les notifications.
title-waiting = En file d’attente
title-running = Votre vidéo est en cours de création
title-finishing = Presque prête
title-troubled = Pas de réponse du service vidéo
title-too-large = La réponse du service vidéo est trop volumineuse
title-done = Votre vidéo est prête
title-no-video = Terminé, mais sans vidéo
title-failed = La vidéo n’a pas pu être créée
title-not-found = Aucune vidéo avec cet ID
title-denied = Le service vidéo m’a refusé l’accès
title-unserved = Je ne peux pas suivre cette vidéo
title-timed-out = Pas terminée après { $span }
title-unread = Réponse toujours illisible après { $span }
title-stopped = Suivi arrêté

# Phrases au-dessus du prompt.
text-finishing = Le service vidéo a terminé, mais n’a pas encore remis la vidéo. Je continue de la demander.
text-troubled = Je continue d’essayer.
text-troubled-at = Je continue d’essayer. Dernière progression connue : { $percent }.
text-too-large = Je ne peux pas lire une réponse de cette taille, je ne sais donc pas où en est votre vidéo. Je réessaie régulièrement, à quelques minutes d’intervalle.
text-link-expires = Le lien peut expirer d’ici un jour.
text-video-too-large = Trop volumineuse pour Discord. Le lien peut expirer d’ici un jour.
text-no-files = Je ne peux pas joindre de fichiers ici. Le lien peut expirer d’ici un jour.
text-unfetched = Je n’ai pas pu récupérer le fichier. Le lien peut expirer d’ici un jour.
text-hidden = Je ne peux pas afficher le lien vers la vidéo ici.
text-coming = Le service vidéo a envoyé la vidéo elle-même au lieu d’un lien. Je la joins ici dès que je l’ai, si elle n’est pas trop volumineuse.
text-unattachable = Le service vidéo a envoyé la vidéo elle-même au lieu d’un lien, et je ne peux pas la joindre ici : elle est trop volumineuse, ou les fichiers ne sont pas autorisés.
text-lost = Le service vidéo a envoyé la vidéo elle-même au lieu d’un lien, et je n’ai pas pu la récupérer. Relancez `/videostatus`.
text-no-video = Je n’ai trouvé aucun lien utilisable vers une vidéo dans la réponse du service vidéo.
text-filtered = Le filtre de sécurité du service vidéo l’a refusée.
text-no-reason = Le service vidéo n’a donné aucune raison.
text-says = Le service vidéo indique :
text-not-found = Est-il complet, avec la partie avant les deux-points ? Il appartient peut-être à un autre compte.
text-denied = Il n’accepte pas ma clé, je n’ai donc pas accès à votre vidéo. Prévenez la personne qui gère ce bot.
text-unserved = Je ne suis pas connecté au service vidéo dont elle dépend. Elle y sera peut-être quand même créée. Prévenez la personne qui gère ce bot.
text-timed-out = J’ai cessé de vérifier ; elle peut encore arriver.
text-unread = J’ai cessé de vérifier et je ne sais pas où en est votre vidéo.
text-stopped-by = Par { $person }. La vidéo elle-même sera peut-être quand même créée.
text-not-saved = Je n’ai pas pu enregistrer votre demande, ce message ne changera donc pas. Relancez `/videostatus` plus tard.
text-frozen = Je ne peux plus modifier ce message (limite de Discord). Je continue le suivi et vous préviendrai en message privé.
text-frozen-ask = Je ne peux plus modifier ce message (limite de Discord). Relancez `/videostatus` pour savoir ce qu’il en est.
text-not-told = Je n’ai pu prévenir personne : je ne peux pas écrire ici, et vos messages privés sont fermés.

# La petite ligne en dessous : de courtes mentions, reliées par des points.
small-usual = en général { $span }
small-took = a pris { $span }
small-ping-you = je vous mentionnerai ici
small-ping-people = { $count ->
    [one] je mentionnerai { $count } personne ici
   *[other] je mentionnerai { $count } personnes ici
}
small-dm = je vous enverrai un message privé
small-until = dernier essai { $moment }
small-private = Visible par vous uniquement.
small-then-dm = Après 15 minutes, je continue en message privé.
small-then-ask = Après 15 minutes, ce message ne change plus ; relancez alors `/videostatus`.

# Valeurs.
value-percent = { $percent } %
value-quote = « { $text } »
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h

# Notifications : le titre, et ce qui le suit.
ping-about = { $title } : { $what }
ping-deleted = Quelqu’un a supprimé mon message sur votre vidéo. Je continue le suivi et vous dirai comment cela se termine.
ping-filtered = refusée par le filtre de sécurité

# Boutons : 80 caractères au plus, 20 de préférence.
button-notify = Me prévenir
button-notify-off = Ne pas me prévenir
button-prompt = Prompt complet
button-stop = Arrêter le suivi
button-again = Suivre à nouveau
button-open = Ouvrir la vidéo
button-newer = Plus récentes
button-older = Plus anciennes

# Réponses privées.
notice-bad-id = Ce n’est pas l’ID d’une vidéo. Il ressemble à `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a` : de 1 à 512 lettres, chiffres et `. _ : -`, sans espaces.
notice-store-down = Je n’ai pas accès à mes données pour le moment, je n’ai donc rien fait. Réessayez dans une minute.
notice-not-requester = Seule la personne qui a fait la demande, ou un modérateur, peut faire cela.
notice-already-ended = Le suivi de cette vidéo est terminé. Pour continuer, utilisez `/videostatus` avec l’ID.
notice-unknown-watch = Je ne connais plus ce message. Pour continuer, utilisez `/videostatus` avec l’ID.
notice-too-soon = Je viens de vérifier. Réessayez dans { $wait }.
notice-quota-watches = Vous suivez déjà { $count } vidéos, c’est la limite. Arrêtez d’abord un suivi avec `/videowatches`.
notice-quota-commands = Cela fait beaucoup de commandes. Réessayez dans { $wait }.
notice-notify-here = Je vous mentionnerai ici.
notice-notify-dm = Je vous enverrai un message privé.
notice-notify-off = Je ne vous préviendrai pas.
notice-notify-full = Je préviens déjà { $count } personnes ici, c’est la limite.
notice-refreshing = J’interroge le service vidéo.
notice-watching-again = Le suivi de cette vidéo est déjà en cours.
notice-stopped = { $count ->
    [one] J’ai arrêté le suivi de { $count } vidéo.
   *[other] J’ai arrêté le suivi de { $count } vidéos.
}
notice-no-tasks-found = Je n’ai trouvé aucun ID de vidéo dans ce message.
notice-no-watches = Vous ne suivez aucune vidéo. Commencez avec `/videostatus` et l’ID que votre service vidéo vous a donné.
notice-none-finished = Aucune vidéo que vous avez suivie n’est encore terminée. Commencez avec `/videostatus` et l’ID que votre service vidéo vous a donné.
notice-no-watches-here = Personne ne suit de vidéo sur ce serveur. Commencez avec `/videostatus` et l’ID que votre service vidéo vous a donné.
notice-no-prompt = Le service vidéo n’a pas donné de prompt.
notice-channel-not-yours = Vous ne pouvez pas envoyer de messages dans ce salon, je n’y annonce donc rien.
notice-channel-not-mine = Je ne peux pas envoyer de messages dans ce salon. Demandez à un administrateur de m’autoriser à le voir et à y écrire.
notice-managers-only = Seuls les membres qui peuvent gérer le serveur voient les vidéos de tout le monde.
notice-elsewhere = Ce bot est au service d’autres serveurs. Il ne fait rien ici.
notice-internal-error = Une erreur s’est produite de mon côté. Réessayez.

# Listes.
list-title = Vidéos que vous suivez
list-title-all = Vidéos suivies sur ce serveur
list-title-finished = Vidéos terminées
list-since = suivi lancé { $moment }
list-stop = Arrêter le suivi…
list-again = Suivre à nouveau…
pick-question = De quelle vidéo parlez-vous ?
pick-placeholder = Choisissez un ID
prompt-enhanced = Prompt enrichi
prompt-original = Prompt d’origine
prompt-in-file = Le prompt est trop long pour un message : il est dans le fichier.

# Commandes : descriptions de 1 à 100 caractères, l’entrée de menu de 1 à 32.
command-videostatus = Suivre une vidéo IA et la recevoir ici dès qu’elle est prête
command-videowatches = Voir quelles vidéos vous suivez, et arrêter certains suivis
command-check = Vérifier l’état de la vidéo
option-id = L’ID de la vidéo, p. ex. grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = Réponse visible par vous uniquement
option-spoiler = Masquer la vidéo jusqu’à ce qu’on clique dessus
option-notify = Où vous prévenir quand elle est prête (par défaut : ici)
option-channel = L’annoncer aussi dans un autre salon
option-all = Les vidéos de tout le monde sur ce serveur (permission Gérer le serveur)
option-show = Lesquelles : en cours (par défaut) ou terminées
choice-here = Ici, avec une mention
choice-dm = En message privé
choice-off = Ne pas me prévenir
choice-running = En cours
choice-finished = Terminées

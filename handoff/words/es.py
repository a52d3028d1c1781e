"""Spanish."""

LANGUAGE = "es"
LANGUAGES = {"en": "inglés", "es": "español"}
LINES = {
    "subject": "{business}: {what}",
    "case": "{reference} · {language} · espera desde {since}",
    "more": "y {n} más",
    "desk": "Puesto: {link}",
    "untold": "No se ha podido avisar a alguien fuera del puesto: {where}.",
    "id": "Mensaje {id}. Si llega dos veces, es el mismo.",
    "invite_subject": "{business}: tu enlace para entrar",
    "invite": "Hola, {name}:\n\neste enlace abre el puesto de {business}. Sirve una sola vez, durante 24 horas:\n\n"
    "{link}\n\nSi no lo esperabas, avisa a administración y no lo abras.",
    "test_subject": "{business}: una prueba",
    "test": "Esto es una prueba de {business}. Si la lees, esta vía funciona. No hay que hacer nada.",
}
HAPPENED = {
    "answer_by_missed": (
        "Un cliente espera y nadie ha respondido a tiempo.",
        "{count} clientes esperan y nadie ha respondido a tiempo.",
    ),
    "alarm": (
        "Un cliente sigue esperando, aunque todo el equipo está avisado.",
        "{count} clientes siguen esperando, aunque todo el equipo está avisado.",
    ),
    "nobody_left": (
        "Un cliente espera y no hay nadie en línea.",
        "{count} clientes esperan y no hay nadie en línea.",
    ),
    "promise_missed": (
        "Una llamada prometida no se hizo a tiempo. Hay que llamar ahora.",
        "{count} llamadas prometidas no se hicieron a tiempo. Hay que llamar ahora.",
    ),
    "safety": (
        "Alguien puede estar en peligro. Hay que atender el caso ahora.",
        "{count} personas pueden estar en peligro. Hay que atenderlas ahora.",
    ),
    "untellable": (
        "No se ha podido informar a un cliente de su caso. Hay que contactar por otra vía.",
        "No se ha podido informar a {count} clientes de su caso. Hay que contactar por otra vía.",
    ),
    "notice_undelivered": (
        "Un SMS sobre un caso no ha llegado al cliente. Llamar o usar otra dirección.",
        "Los SMS sobre {count} casos no han llegado a los clientes. Llamar o usar otra dirección.",
    ),
    "doctor": (
        "Algo impediría que los clientes lleguen a una persona:",
        "{count} cosas impedirían que los clientes lleguen a una persona:",
    ),
}
FINDINGS = {
    "nobody_can_receive": (
        "Nadie puede recibir casos: ningún agente tiene cómo entrar.",
        "Añadir a alguien: relevo agents add EMAIL --name NOMBRE, o un enlace nuevo: relevo agents invite EMAIL.",
    ),
    "shift_gap": (
        "Ningún turno cubre el horario de apertura de {start} a {end}; quien espere entonces no tendrá respuesta.",
        "Dar un turno a alguien en ese tramo o cambiar el horario.",
    ),
    "nobody_supervises": (
        "Ningún supervisor puede entrar: el último aviso no llega a nadie en el puesto.",
        "Añadir a alguien: relevo agents add EMAIL --name NOMBRE --role supervisor.",
    ),
    "language_without_agent": (
        "En el próximo horario de apertura no trabaja nadie que hable {languages}.",
        "Añadir un agente con --language o quitar el idioma de relevo.toml.",
    ),
    "language_without_knowledge": (
        "No hay nada aprobado en {languages}: toda pregunta se rechaza y se ofrece una persona.",
        "Escribir y aprobar respuestas, y publicar: relevo knowledge release.",
    ),
    "no_opening": (
        "No se abre en los próximos 14 días: nadie tendrá respuesta y las llamadas quedan muy lejos.",
        "Fijar [hours] y [[exceptions]]: relevo settings export y relevo settings import FICHERO.",
    ),
    "holidays_unknown": (
        "No se conocen los festivos de {country} en {year}: puede haber promesas en festivo.",
        "Actualizar el paquete holidays o poner los días en [[exceptions]].",
    ),
    "exceptions_past": (
        "Todas las fechas de [[exceptions]] han pasado.",
        "Poner las próximas fechas con otro horario o quitar las antiguas.",
    ),
    "on_call_unreachable": (
        "No se puede avisar a nadie de guardia: si un cliente espera demasiado, solo se sabe en el puesto.",
        "Poner correos, teléfonos o webhooks en [notify.on_call].",
    ),
    "supervisor_unreachable": (
        "No se puede avisar a ningún supervisor fuera de la mesa.",
        "Poner correos, teléfonos o webhooks en [notify.supervisor].",
    ),
    "mail_not_configured": (
        "Hay correos a los que avisar, pero no hay servidor de correo.",
        "Poner RELEVO_SMTP_URL, por ejemplo smtps://usuario:clave@correo.example.",
    ),
    "sms_not_configured": (
        "Hay teléfonos a los que avisar, pero no hay cuenta de SMS.",
        "Poner RELEVO_TWILIO_ACCOUNT_SID, RELEVO_TWILIO_AUTH_TOKEN y RELEVO_TWILIO_FROM.",
    ),
    "mail_unreachable": (
        "El servidor de correo no acepta nuestro correo ({reason}): nadie recibe avisos por correo.",
        "Revisar RELEVO_SMTP_URL, la clave y la red.",
    ),
    "carrier_unreachable": (
        "El operador de SMS no nos acepta ({reason}): los SMS ni llegan ni salen.",
        "Revisar la cuenta, su clave y la red.",
    ),
    "webhook_unreachable": (
        "No se llega a un webhook ({reason}): {targets}.",
        "Revisar la dirección en relevo.toml y que esté en marcha.",
    ),
    "source_unreachable": (
        "No se pueden consultar los datos de la empresa ({reason}): esas preguntas acaban con una persona.",
        "Comprobar que relevo actions está en marcha y llega a sus datos.",
    ),
    "engine_unreachable": (
        "El asistente no responde ({reason}): todos los clientes pasan a una persona.",
        "Comprobar que relevo engine está en marcha; su registro está en la carpeta de estado.",
    ),
    "drift_refused": (
        (
            "Publicación {release}, {languages}: de {rows} primeras preguntas de esta semana, el bot no tuvo bastante "
            "seguridad para responder al {now}; de las de prueba, al {then}. Lo prometido ya no describe lo que se "
            "pregunta."
        ),
        "Añade preguntas recientes a las de prueba, escribe lo que muestran las lagunas y publica.",
    ),
    "drift_scores": (
        (
            "Publicación {release}, {languages}: de {rows} primeras preguntas de esta semana, el {now} encaja menos de "
            "{edge} sobre 100 en una respuesta; de las de prueba, el {then}. Lo prometido ya no describe lo que se "
            "pregunta."
        ),
        "Añade preguntas recientes a las de prueba, escribe lo que muestran las lagunas y publica.",
    ),
    "approvals_due": (
        "{count} textos aprobados deben revisarse en 14 días: {items}.",
        "Sus responsables los releen y se aprueban de nuevo.",
    ),
    "entries_expired": (
        "{count} respuestas han pasado su fecha de revisión y ya no se dan: {items}.",
        "Revisarlas, aprobarlas y publicarlas.",
    ),
    "notices_expired": (
        "{count} avisos han pasado su fecha de revisión y los clientes aún los leen: {items}.",
        "Revisarlos, aprobarlos y publicarlos.",
    ),
    "notices_missing": (
        "A la versión publicada le faltan textos que los clientes deben recibir: {items}.",
        "Añadirlos, aprobarlos y ejecutar relevo knowledge release.",
    ),
    "promises_past_due": (
        "{count} llamadas prometidas han vencido y nadie está avisado; la más antigua vencía {since}.",
        "Comprobar que relevo serve está en marcha: avisa al equipo y da una hora nueva.",
    ),
    "deadlines_unserved": (
        "{count} casos han pasado un plazo sin que ocurriera nada, el más antiguo {since}.",
        "Comprobar que relevo serve está en marcha, y su registro.",
    ),
    "sweeper_silent": (
        "Nadie vigila los plazos desde {since}: promesas y esperas vencen sin que nadie lo note.",
        "Comprobar que relevo serve está en marcha, y su registro.",
    ),
    "texts_unread": (
        "La lista de SMS del operador no se lee desde {since}: lo que no traen sus avisos no se ve.",
        "Comprobar que relevo serve funciona, y en su registro por qué el operador rechaza o no responde.",
    ),
    "texts_skipped": (
        "Pueden faltar SMS enviados entre {since} y {until}: eran demasiado antiguos para leerlos y responderlos.",
        "Buscarlos en el registro del operador y escribir a quien necesite respuesta.",
    ),
    "dead_letters": (
        "{count} mensajes de casos abiertos no se han podido entregar.",
        "Abrir Avisos en el puesto: cada uno dice qué hacer.",
    ),
    "identity_keyless": (
        "Solo escriben clientes con identidad firmada y ningún sitio tiene clave: nadie puede escribir al asistente.",
        'Dar valor a RELEVO_IDENTITY_KEYS, o poner identity = "optional" en [channels.web].',
    ),
    "secret_weak": (
        "RELEVO_SECRET_KEY es corta o fácil de adivinar: se pueden falsificar accesos y el registro.",
        "Quitarla para que se cree una, o poner 32 caracteres aleatorios o más.",
    ),
}

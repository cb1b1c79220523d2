<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
    <context>
        <name>Verbs</name>
        <message>
            <source>Answer</source>
            <translation>Contestar</translation>
        </message>
        <message>
            <source>Barge in</source>
            <translation>Intervenir</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Llamar</translation>
        </message>
        <message>
            <source>Cancel transfer</source>
            <translation>Cancelar transferencia</translation>
        </message>
        <message>
            <source>Complete transfer</source>
            <translation>Completar transferencia</translation>
        </message>
        <message>
            <source>Conference</source>
            <translation>Conferencia</translation>
        </message>
        <message>
            <source>Consult…</source>
            <translation>Consultar…</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Colgar</translation>
        </message>
        <message>
            <source>Hold</source>
            <translation>Retener</translation>
        </message>
        <message>
            <source>Keypad</source>
            <translation>Teclado</translation>
        </message>
        <message>
            <source>Listen</source>
            <translation>Escuchar</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Silenciar</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>Reproducir</translation>
        </message>
        <message>
            <source>Record</source>
            <translation>Grabar</translation>
        </message>
        <message>
            <source>Retrieve</source>
            <translation>Recuperar</translation>
        </message>
        <message>
            <source>Swap</source>
            <translation>Alternar</translation>
        </message>
        <message>
            <source>Transfer…</source>
            <translation>Transferir…</translation>
        </message>
        <message>
            <source>Whisper</source>
            <translation>Susurrar</translation>
        </message>
    </context>
    <context>
        <name>Words</name>
        <message>
            <source>Accepted</source>
            <translation>Aceptada</translation>
        </message>
        <message>
            <source>Administrator</source>
            <translation>Administrador</translation>
        </message>
        <message>
            <source>Agent</source>
            <translation>Agente</translation>
        </message>
        <message>
            <source>Answered</source>
            <translation>Contestada</translation>
        </message>
        <message>
            <source>Arabic</source>
            <translation>Árabe</translation>
        </message>
        <message>
            <source>Back in the queue</source>
            <translation>De vuelta a la cola</translation>
        </message>
        <message>
            <source>Basque</source>
            <translation>Euskera</translation>
        </message>
        <message>
            <source>Busy with another contact.</source>
            <translation>Ocupado con otro contacto.</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Llamada</translation>
        </message>
        <message>
            <source>Call placed</source>
            <translation>Llamada saliente</translation>
        </message>
        <message>
            <source>Call rejected</source>
            <translation>Llamada rechazada</translation>
        </message>
        <message>
            <source>Caller gave up</source>
            <translation>Abandonada</translation>
        </message>
        <message>
            <source>Came in</source>
            <translation>Entra</translation>
        </message>
        <message>
            <source>Catalan</source>
            <translation>Catalán</translation>
        </message>
        <message>
            <source>Chat</source>
            <translation>Chat</translation>
        </message>
        <message>
            <source>Chinese</source>
            <translation>Chino</translation>
        </message>
        <message>
            <source>Conference</source>
            <translation>Conferencia</translation>
        </message>
        <message>
            <source>Connection lost</source>
            <translation>Conexión perdida</translation>
        </message>
        <message>
            <source>Consultation</source>
            <translation>Consulta</translation>
        </message>
        <message>
            <source>Customer confirmed</source>
            <translation>Cliente confirmado</translation>
        </message>
        <message>
            <source>Customer identified</source>
            <translation>Cliente identificado</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>Rechazada</translation>
        </message>
        <message>
            <source>Declined a call</source>
            <translation>Rechazó una llamada</translation>
        </message>
        <message>
            <source>Did not answer</source>
            <translation>No contestó</translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>E-mail address</source>
            <translation>Correo</translation>
        </message>
        <message>
            <source>E-mail address on file</source>
            <translation>Correo de la ficha</translation>
        </message>
        <message>
            <source>English</source>
            <translation>Inglés</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Fallida</translation>
        </message>
        <message>
            <source>File on screen</source>
            <translation>Ficha en pantalla</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>Terminado</translation>
        </message>
        <message>
            <source>French</source>
            <translation>Francés</translation>
        </message>
        <message>
            <source>Galician</source>
            <translation>Gallego</translation>
        </message>
        <message>
            <source>German</source>
            <translation>Alemán</translation>
        </message>
        <message>
            <source>Hung up</source>
            <translation>Colgada</translation>
        </message>
        <message>
            <source>Inbound</source>
            <translation>Entrante</translation>
        </message>
        <message>
            <source>Internal extension</source>
            <translation>Extensión interna</translation>
        </message>
        <message>
            <source>It could not be done. Try again; if it happens again, tell your administrator.</source>
            <translation>No se pudo hacer. Inténtalo de nuevo; si se repite, avisa a tu administrador.</translation>
        </message>
        <message>
            <source>It no longer exists.</source>
            <translation>Ya no existe.</translation>
        </message>
        <message>
            <source>Italian</source>
            <translation>Italiano</translation>
        </message>
        <message>
            <source>Just signed in</source>
            <translation>Recién conectado</translation>
        </message>
        <message>
            <source>Keys pressed</source>
            <translation>Teclas pulsadas</translation>
        </message>
        <message>
            <source>Line busy</source>
            <translation>Comunica</translation>
        </message>
        <message>
            <source>Looking up the caller…</source>
            <translation>Buscando a quien llama…</translation>
        </message>
        <message>
            <source>Main number of the company on file</source>
            <translation>Número principal de la empresa en la ficha</translation>
        </message>
        <message>
            <source>Missed</source>
            <translation>Perdida</translation>
        </message>
        <message>
            <source>Missed call</source>
            <translation>Llamada perdida</translation>
        </message>
        <message>
            <source>Muted</source>
            <translation>Silenciada</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Nuevo</translation>
        </message>
        <message>
            <source>No answer</source>
            <translation>No contestan</translation>
        </message>
        <message>
            <source>Not answered in time</source>
            <translation>Sin contestar a tiempo</translation>
        </message>
        <message>
            <source>Not on file.</source>
            <translation>Sin ficha.</translation>
        </message>
        <message>
            <source>Not ready</source>
            <translation>No disponible</translation>
        </message>
        <message>
            <source>Number confirmed by an agent</source>
            <translation>Número confirmado por un agente</translation>
        </message>
        <message>
            <source>Number not reachable</source>
            <translation>Número no disponible</translation>
        </message>
        <message>
            <source>Number on file</source>
            <translation>Número de la ficha</translation>
        </message>
        <message>
            <source>Number withheld.</source>
            <translation>Número oculto.</translation>
        </message>
        <message>
            <source>Offer withdrawn</source>
            <translation>Oferta retirada</translation>
        </message>
        <message>
            <source>Offered</source>
            <translation>Ofrecida</translation>
        </message>
        <message>
            <source>On call</source>
            <translation>En llamada</translation>
        </message>
        <message>
            <source>On hold</source>
            <translation>Retenida</translation>
        </message>
        <message>
            <source>One match.</source>
            <translation>Una coincidencia.</translation>
        </message>
        <message>
            <source>Outbound</source>
            <translation>Saliente</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>Teléfono</translation>
        </message>
        <message>
            <source>Portuguese</source>
            <translation>Portugués</translation>
        </message>
        <message>
            <source>Queued</source>
            <translation>En cola</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Disponible</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>Referencia</translation>
        </message>
        <message>
            <source>Reference on file</source>
            <translation>Referencia de la ficha</translation>
        </message>
        <message>
            <source>Retrieved</source>
            <translation>Recuperada</translation>
        </message>
        <message>
            <source>Ringing</source>
            <translation>Sonando</translation>
        </message>
        <message>
            <source>Romanian</source>
            <translation>Rumano</translation>
        </message>
        <message>
            <source>Several matches.</source>
            <translation>Varias coincidencias.</translation>
        </message>
        <message>
            <source>Signed out</source>
            <translation>Desconectado</translation>
        </message>
        <message>
            <source>Somebody else has this contact now.</source>
            <translation>Este contacto lo tiene ahora otra persona.</translation>
        </message>
        <message>
            <source>Somebody else saved first.</source>
            <translation>Otra persona guardó antes.</translation>
        </message>
        <message>
            <source>Something in the data is not valid.</source>
            <translation>Hay algún dato que no es válido.</translation>
        </message>
        <message>
            <source>Spanish</source>
            <translation>Español</translation>
        </message>
        <message>
            <source>Supervisor</source>
            <translation>Supervisor</translation>
        </message>
        <message>
            <source>The agent hung up</source>
            <translation>Colgó el agente</translation>
        </message>
        <message>
            <source>The agent's connection was lost</source>
            <translation>Se perdió la conexión del agente</translation>
        </message>
        <message>
            <source>The call failed</source>
            <translation>Falló la llamada</translation>
        </message>
        <message>
            <source>The caller gave up waiting</source>
            <translation>Quien llamaba se cansó de esperar</translation>
        </message>
        <message>
            <source>The caller hung up</source>
            <translation>Colgó quien llamaba</translation>
        </message>
        <message>
            <source>The connection was too slow and was closed.</source>
            <translation>La conexión iba demasiado lenta y se cerró.</translation>
        </message>
        <message>
            <source>The line went down</source>
            <translation>Se cayó la línea</translation>
        </message>
        <message>
            <source>The server is overloaded. Try again in a moment.</source>
            <translation>El servidor está saturado. Inténtalo dentro de un momento.</translation>
        </message>
        <message>
            <source>The server is stopping.</source>
            <translation>El servidor se está parando.</translation>
        </message>
        <message>
            <source>The server was restarted</source>
            <translation>Se reinició el servidor</translation>
        </message>
        <message>
            <source>The session is over. Sign in again.</source>
            <translation>La sesión ha terminado. Vuelve a entrar.</translation>
        </message>
        <message>
            <source>The telephone line is down.</source>
            <translation>La línea telefónica está caída.</translation>
        </message>
        <message>
            <source>The telephone system cannot do this.</source>
            <translation>La centralita no puede hacerlo.</translation>
        </message>
        <message>
            <source>The telephone system did not do it. Try again.</source>
            <translation>La centralita no lo hizo. Inténtalo de nuevo.</translation>
        </message>
        <message>
            <source>The user or the password is not right.</source>
            <translation>El usuario o la contraseña no son correctos.</translation>
        </message>
        <message>
            <source>The voice was lost</source>
            <translation>Se perdió el audio</translation>
        </message>
        <message>
            <source>This cannot be done right now.</source>
            <translation>Ahora mismo no se puede.</translation>
        </message>
        <message>
            <source>This desktop and the server are of different versions. Update the desktop.</source>
            <translation>El escritorio y el servidor son de versiones distintas. Actualiza el escritorio.</translation>
        </message>
        <message>
            <source>Too late: it is already over.</source>
            <translation>Demasiado tarde: ya ha terminado.</translation>
        </message>
        <message>
            <source>Too many attempts. Wait a moment.</source>
            <translation>Demasiados intentos. Espera un momento.</translation>
        </message>
        <message>
            <source>Transferred</source>
            <translation>Transferida</translation>
        </message>
        <message>
            <source>Unmuted</source>
            <translation>Con voz de nuevo</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>En espera</translation>
        </message>
        <message>
            <source>Wrap-up</source>
            <translation>Cierre</translation>
        </message>
        <message>
            <source>Wrap-up extended</source>
            <translation>Cierre ampliado</translation>
        </message>
        <message>
            <source>You signed in on another computer.</source>
            <translation>Has entrado desde otro equipo.</translation>
        </message>
        <message>
            <source>You signed out.</source>
            <translation>Has salido.</translation>
        </message>
        <message>
            <source>Your role does not allow this.</source>
            <translation>Tu perfil no lo permite.</translation>
        </message>
        <message>
            <source>Your user was disabled.</source>
            <translation>Tu usuario se ha desactivado.</translation>
        </message>
    </context>
</TS>
